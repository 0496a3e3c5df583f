-- Before an exchanger is looked at, the newest look at it is asked for, whosever mail it was for.
CREATE INDEX observations_host ON observations (host, expires_at);
