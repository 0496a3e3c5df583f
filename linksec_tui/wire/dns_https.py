"""DNS over HTTPS (RFC 8484) by dnspython's own client, which wants the optional httpx2."""

# httpx2 is not installed by default, so nothing is known of its types here.
# pyright: reportMissingImports=false, reportUnknownMemberType=false, reportUnknownVariableType=false

from __future__ import annotations

import ssl
from typing import Any

from linksec_tui.model.errors import ConfigurationError

PATIENCE = 5.0  # seconds


class HttpsStreams:
    """One client, whose connections are kept."""

    def __init__(self, url: str, context: ssl.SSLContext) -> None:
        import dns.exception  # deferred: 50 ms, as everything of dnspython

        try:
            import httpx2  # deferred and optional: 150 ms, only for DNS over HTTPS
        except ImportError as error:
            raise ConfigurationError(
                "This installation cannot ask a DNS-over-HTTPS resolver.",
                'Install “dnspython[doh]” beside this program, or use a "tls://" resolver.',
            ) from error
        self._url = url
        self._client: Any = httpx2.AsyncClient(verify=context, http1=False, http2=True, trust_env=False)
        self._failures: tuple[type[Exception], ...] = (httpx2.HTTPError, dns.exception.DNSException, ValueError)

    async def exchange(self, query: bytes) -> bytes:
        import dns.asyncquery  # deferred: 20 ms, only for DNS over HTTPS
        import dns.exception
        import dns.message
        import dns.query

        try:
            reply = await dns.asyncquery.https(
                dns.message.from_wire(query),
                self._url,
                timeout=PATIENCE,
                client=self._client,
                http_version=dns.query.HTTPVersion.H2,  # otherwise it may try HTTP/3 and wait in vain
            )
        except dns.exception.Timeout as error:
            raise TimeoutError("the resolver did not answer") from error
        except self._failures as error:
            raise ConnectionError(str(error)) from error
        return reply.to_wire()

    async def close(self) -> None:
        await self._client.aclose()
