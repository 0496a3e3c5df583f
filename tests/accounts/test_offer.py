"""Whatever a source names: nothing without TLS, no port of clear text, no host without a name is ever offered."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from linksec_tui.accounts.offer import Named, judge
from linksec_tui.formats.host_name import host_name
from linksec_tui.model.account import Tls
from linksec_tui.model.address import Address
from linksec_tui.model.discovery import Candidate, Origin, Service, Vouching
from linksec_tui.model.visible import visible

FRED = Address("fred", "example.com")
VOUCHING = Vouching(origin=Origin.AUTOCONFIG, authenticated=True)
_HOSTS = st.sampled_from(["imap.example.com", "%EMAILDOMAIN%", "192.0.2.1", "localhost", "[::1]", "a..b"]) | st.text()
_PORTS = st.sampled_from(["993", "465", "587", "143", "110", "25", "0", "70000", "-1", "", "9 93"]) | st.text(
    max_size=6
)
_LOGINS = st.lists(st.sampled_from(["OAuth2", "password-cleartext", "GSSAPI", "none", "\x1b"]), max_size=3)


@given(
    named=st.builds(
        Named,
        service=st.sampled_from(Service),
        host=_HOSTS,
        port=_PORTS,
        tls=st.sampled_from([*Tls, None]),
        user=st.text(max_size=9).map(visible),
        authentication=_LOGINS.map(tuple),
    )
)
def test_whatever_is_named_is_offered_over_tls_or_not_at_all(named: Named) -> None:
    offer = judge(named, FRED, VOUCHING)
    if isinstance(offer, Candidate):
        assert named.tls is not None
        assert offer.server.port not in (25, 110, 143)
        assert 0 < offer.server.port <= 65535
        assert host_name(offer.server.host) == offer.server.host
        assert offer.service is Service.SUBMISSION or offer.server.tls is Tls.IMPLICIT
        assert offer.user
    else:
        assert offer.reason
        assert visible(offer.host) == offer.host
        assert visible(offer.reason) == offer.reason
