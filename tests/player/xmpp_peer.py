# SPDX-License-Identifier: GPL-3.0-or-later
"""A server-to-server XMPP peer at the level of bytes.

It shares no code with the C side and refuses nothing: whatever a test wants
said is sent, whatever comes is kept as text until something expected is in it.
"""
import hashlib
import hmac
import re
import socket
import ssl
import time

STREAMS = "http://etherx.jabber.org/streams"
TLS = "urn:ietf:params:xml:ns:xmpp-tls"
SASL = "urn:ietf:params:xml:ns:xmpp-sasl"
SM = "urn:xmpp:sm:3"
PATIENCE = 15


class PeerError(Exception):
    pass


def dialback_key(secret, receiving, originating, stream_id):
    key = hashlib.sha256(secret.encode()).hexdigest().encode()
    text = f"{receiving} {originating} {stream_id}".encode()
    return hmac.new(key, text, hashlib.sha256).hexdigest()


class Peer:
    """One connection, either way round."""

    def __init__(self, sock, domain, other, cert=None, key=None,
                 server=False):
        self.sock, self.domain, self.other = sock, domain, other
        self.cert, self.key, self.server = cert, key, server
        self.text, self.closed, self.stream_id = "", False, None
        self.their_id = None

    @classmethod
    def dial(cls, port, *args, **kwargs):
        sock = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        return cls(sock, *args, **kwargs)

    def close(self):
        self.sock.close()

    # --- bytes -----------------------------------------------------------

    def send(self, data, piecewise=False):
        if isinstance(data, str):
            data = data.encode()
        if not piecewise:
            self.sock.sendall(data)
            return
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for i in range(len(data)):
            self.sock.sendall(data[i:i + 1])

    def _receive(self, deadline):
        left = deadline - time.monotonic()
        if left <= 0:
            raise PeerError(f"nothing more came; had: {self.text[-600:]}")
        self.sock.settimeout(left)
        try:
            data = self.sock.recv(65536)
        except (TimeoutError, socket.timeout):
            raise PeerError(f"waited in vain; had: {self.text[-600:]}")
        except (ConnectionError, ssl.SSLError, OSError):
            data = b""
        if not data:
            self.closed = True
        self.text += data.decode("utf-8", "replace")

    def expect(self, pattern, patience=PATIENCE):
        """Reads until the pattern is there; what is before it is dropped."""
        deadline = time.monotonic() + patience
        while True:
            found = re.search(pattern, self.text, re.S)
            if found:
                self.text = self.text[found.end():]
                return found
            if self.closed:
                raise PeerError(f"closed before {pattern}; had: "
                                f"{self.text[-600:]}")
            self._receive(deadline)

    def expect_end(self, patience=PATIENCE):
        deadline = time.monotonic() + patience
        while not self.closed:
            self._receive(deadline)
        return self.text

    # --- the protocol ----------------------------------------------------

    def header(self, extra="", sender=None, to=None, version="1.0",
               content="jabber:server"):
        attrs = f" id='{self.stream_id}'" if self.server else ""
        if version:
            attrs += f" version='{version}'"
        return ("<?xml version='1.0'?><stream:stream "
                f"xmlns='{content}' xmlns:stream='{STREAMS}' "
                "xmlns:db='jabber:server:dialback' "
                f"from='{sender or self.domain}' to='{to or self.other}'"
                f"{attrs}{extra}>")

    def open(self):
        """Initiator: header, answer, features."""
        self.send(self.header())
        self.their_id = self.expect(r"<stream:stream[^>]* id='([^']*)'")[1]
        return self.expect(r"<stream:features>.*?</stream:features>"
                           r"|<stream:features/>")[0]

    def context(self):
        ctx = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER if self.server
                             else ssl.PROTOCOL_TLS_CLIENT)
        ctx.check_hostname = False
        ctx.verify_mode = ssl.CERT_NONE
        if self.cert:
            ctx.load_cert_chain(self.cert, self.key)
        # As a server it does not look at ours: Python's ssl can only ask for
        # a certificate made for clients, which public CAs issue no more.
        return ctx

    def wrap(self, ctx=None):
        self.sock.settimeout(PATIENCE)
        self.text = ""
        self.sock = (ctx or self.context()).wrap_socket(
            self.sock, server_side=self.server,
            server_hostname=None if self.server else self.other)

    def starttls(self, ctx=None):
        self.send(f"<starttls xmlns='{TLS}'/>")
        self.expect("<proceed[^>]*/>")
        self.wrap(ctx)

    def secure(self):
        """Initiator: as far as the features behind TLS."""
        self.open()
        self.starttls()
        return self.open()

    def external(self, authzid="="):
        self.send(f"<auth xmlns='{SASL}' mechanism='EXTERNAL'>{authzid}"
                  "</auth>")
        self.expect("<success[^>]*/>")
        return self.open()

    def authorised(self):
        """Initiator: all the way by EXTERNAL."""
        self.secure()
        return self.external()

    # --- the receiving side ----------------------------------------------

    def accept_header(self, features, stream_id):
        self.stream_id = stream_id
        head = self.expect(r"<stream:stream[^>]*>")[0]
        self.send(self.header() +
                  f"<stream:features>{features}</stream:features>")
        return head

    def accept_secure(self, features, stream_id="a1"):
        """Receiver: header and STARTTLS, then a header with features."""
        self.accept_header(f"<starttls xmlns='{TLS}'><required/></starttls>",
                           stream_id)
        self.expect(f"<starttls xmlns='{TLS}'/>")
        self.send(f"<proceed xmlns='{TLS}'/>")
        self.wrap()
        return self.accept_header(features, stream_id + "t")

    def accept_external(self, features=f"<sm xmlns='{SM}'/>"):
        """Receiver: all the way by EXTERNAL, with acknowledgements."""
        self.accept_secure(f"<mechanisms xmlns='{SASL}'>"
                           "<mechanism>EXTERNAL</mechanism></mechanisms>")
        self.expect("<auth [^>]*mechanism='EXTERNAL'[^>]*>")
        self.send(f"<success xmlns='{SASL}'/>")
        self.accept_header(features, "a2")
        if SM in features:
            self.expect("<enable ")
            self.send(f"<enabled xmlns='{SM}'/>")


class Listener:
    """Where the other side finds us."""

    def __init__(self, domain, other, cert=None, key=None):
        self.args = (domain, other, cert, key)
        self.sock = socket.socket()
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.sock.bind(("127.0.0.1", 0))
        self.sock.listen(16)
        self.port = self.sock.getsockname()[1]

    def accept(self, patience=PATIENCE):
        self.sock.settimeout(patience)
        try:
            sock, _ = self.sock.accept()
        except (TimeoutError, socket.timeout):
            raise PeerError("nobody connected")
        return Peer(sock, *self.args, server=True)

    def close(self):
        self.sock.close()
