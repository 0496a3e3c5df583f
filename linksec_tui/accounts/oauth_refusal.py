"""An authorization server's refusal → our error: what it means for the person, and what to do."""

from __future__ import annotations

from linksec_tui.accounts.oauth_answer import Refusal
from linksec_tui.model.account import Account
from linksec_tui.model.errors import ConfigurationError, CredentialsRefused, LinksecError, Unreachable
from linksec_tui.model.oauth import OAuth

_TRY_LATER = 500  # HTTP: from here on it is the server's fault
_TOO_MANY = 429


def of_sign_in(refusal: Refusal, oauth: OAuth) -> LinksecError:
    """While the person signs in."""
    match refusal.code:
        case "access_denied":
            return CredentialsRefused(
                f"{oauth.name} says that you did not allow it ({refusal.said}).",
                "Nothing was kept. Sign in again when you want.",
            )
        case "expired_token":
            return CredentialsRefused("The code was not entered in time.", "Sign in again: there will be a new one.")
        case "invalid_grant":
            return CredentialsRefused(f"{oauth.name} did not take the answer ({refusal.said}).", "Sign in again.")
        case _:
            return _of_any(refusal, oauth)


def of_renewal(refusal: Refusal, oauth: OAuth, account: Account) -> LinksecError:
    """While a sign-in is renewed without the person."""
    if refusal.code == "invalid_grant":
        return CredentialsRefused(
            f"{oauth.name} has ended your sign-in for the account {account.name}: it expired or was withdrawn"
            f" ({refusal.said}).",
            sign_in_again(account),
        )
    return _of_any(refusal, oauth)


def not_signed_in(account: Account) -> CredentialsRefused:
    return CredentialsRefused(
        f"You are not signed in to the account {account.name}.", sign_in_again(account, word="in")
    )


def sign_in_again(account: Account, word: str = "in again") -> str:
    return f"Sign {word}: “linksec-tui account sign-in {account.name}”."


def _of_any(refusal: Refusal, oauth: OAuth) -> LinksecError:
    match refusal.code:
        case "invalid_client" | "unauthorized_client" | "unsupported_grant_type" | "unsupported_response_type":
            return ConfigurationError(
                f"{oauth.name} does not know this program under its client id, or not for this way to sign in"
                f" ({refusal.said}).",
                f"Check client_id and client_secret of [oauth.{oauth.name}]; docs/oauth.md says where they come from.",
            )
        case "invalid_scope" | "invalid_request" | "invalid_target":
            return ConfigurationError(
                f"{oauth.name} does not understand what it is asked for ({refusal.said}).",
                f"Check scopes and addresses of [oauth.{oauth.name}] in the configuration.",
            )
        case "temporarily_unavailable" | "server_error" | "slow_down":
            return _not_now(refusal, oauth)
        case _ if refusal.status >= _TRY_LATER or refusal.status == _TOO_MANY:
            return _not_now(refusal, oauth)
        case _:
            return CredentialsRefused(f"{oauth.name} refused the sign-in ({refusal.said}).", "Sign in again.")


def _not_now(refusal: Refusal, oauth: OAuth) -> Unreachable:
    return Unreachable(f"{oauth.name} cannot sign anybody in now ({refusal.said}).", "It will be tried again.")
