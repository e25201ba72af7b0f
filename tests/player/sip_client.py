# SPDX-License-Identifier: GPL-3.0-or-later
"""SIP endpoints for tests: clients over UDP, TCP and TLS, and listeners.

Written from the RFCs with the standard library alone, on purpose apart from
the C code: a wrong reader there must not meet the same wrong writer here.

    ann = Client("sip:ann@sip.example", "secret", ("127.0.0.1", 5060), "tcp")
    ann.register()
    answer = ann.message("sip:bob@sip.example", "hello")
    request = ann.wait_request("MESSAGE")

An endpoint answers requests by itself: 200, or what `answers[method]` says
(a status, or a function of the request that returns a status, a Message or
None for "later": then call endpoint.reply(request, status)).
"""

import hashlib
import os
import queue
import re
import socket
import ssl
import threading
import time

COMPACT = {
    "a": "Accept-Contact", "b": "Referred-By", "c": "Content-Type",
    "e": "Content-Encoding", "f": "From", "i": "Call-ID", "k": "Supported",
    "l": "Content-Length", "m": "Contact", "o": "Event", "r": "Refer-To",
    "s": "Subject", "t": "To", "u": "Allow-Events", "v": "Via",
}

T1 = 0.5


def token(n=8):
    return os.urandom(n).hex()


class Message:
    """A request (method, uri) or a response (status, reason)."""

    def __init__(self, method=None, uri=None, status=None, reason=""):
        self.method, self.uri = method, uri
        self.status, self.reason = status, reason
        self.headers = []
        self.body = b""
        self.flow = None  # the connection it came by

    def add(self, name, value):
        self.headers.append((name, str(value)))
        return self

    def all(self, name):
        return [v for n, v in self.headers if n.lower() == name.lower()]

    def get(self, name, default=None):
        values = self.all(name)
        return values[0] if values else default

    def set(self, name, value):
        self.headers = [h for h in self.headers
                        if h[0].lower() != name.lower()]
        return self.add(name, value)

    @property
    def text(self):
        return self.body.decode("utf-8")

    @property
    def branch(self):
        return param(self.get("Via", ""), "branch")

    @property
    def cseq_method(self):
        return self.get("CSeq", "0 ?").split()[1]

    def tag(self, name):
        return param(self.get(name, ""), "tag")

    def write(self):
        if self.method:
            out = ["%s %s SIP/2.0" % (self.method, self.uri)]
        else:
            out = ["SIP/2.0 %d %s" % (self.status, self.reason)]
        out += ["%s: %s" % h for h in self.headers
                if h[0].lower() != "content-length"]
        out += ["Content-Length: %d" % len(self.body), "", ""]
        return "\r\n".join(out).encode("utf-8", "surrogateescape") + self.body

    @staticmethod
    def read(data):
        head, _, body = data.partition(b"\r\n\r\n")
        text = head.decode("utf-8", "surrogateescape")
        lines = re.sub(r"\r\n[ \t]+", " ", text).split("\r\n")
        first = lines[0].split(" ", 2)
        if first[0] == "SIP/2.0":
            m = Message(status=int(first[1]),
                        reason=first[2] if len(first) > 2 else "")
        else:
            m = Message(method=first[0], uri=first[1])
        for line in lines[1:]:
            name, _, value = line.partition(":")
            name = name.strip()
            m.add(COMPACT.get(name.lower(), name), value.strip())
        length = m.get("Content-Length")
        m.body = body if length is None else body[:int(length)]
        return m

    def __repr__(self):
        return "<%s>" % (self.write().split(b"\r\n")[0].decode())


def param(value, name):
    """A parameter of a header value, outside of <>."""
    outside = re.sub(r"<[^>]*>", "", value)
    found = re.search(r";\s*%s\s*=\s*\"?([^;,\"\s]+)" % re.escape(name),
                      outside, re.I)
    return found.group(1) if found else None


def address(value):
    """The URI of a name-addr."""
    found = re.search(r"<([^>]*)>", value)
    return found.group(1) if found else value.split(";")[0].strip()


# -- digest (RFC 7616) ----------------------------------------------------

HASHES = {"MD5": hashlib.md5, "SHA-256": hashlib.sha256}


def challenge_read(value):
    return dict((k.lower(), v.strip('"')) for k, v in
                re.findall(r'([\w-]+)\s*=\s*("[^"]*"|[^,\s]+)', value))


def credentials(challenge, method, uri, user, password, nc=1, cnonce=None):
    algorithm = challenge.get("algorithm", "MD5")

    def h(text):
        return HASHES[algorithm.upper()](text.encode()).hexdigest()

    cnonce = cnonce or token(6)
    ha1 = h("%s:%s:%s" % (user, challenge["realm"], password))
    ha2 = h("%s:%s" % (method, uri))
    response = h("%s:%s:%08x:%s:auth:%s" % (
        ha1, challenge["nonce"], nc, cnonce, ha2))
    return ('Digest username="%s", realm="%s", nonce="%s", uri="%s", '
            'response="%s", algorithm=%s, qop=auth, nc=%08x, cnonce="%s"' % (
                user, challenge["realm"], challenge["nonce"], uri, response,
                algorithm, nc, cnonce))


# -- connections ----------------------------------------------------------

class Flow:
    """A stream connection, or (UDP) a peer's address on our socket."""

    def __init__(self, endpoint, sock, peer, transport):
        self.endpoint, self.sock, self.peer = endpoint, sock, peer
        self.transport = transport
        self.lock = threading.Lock()
        self.pongs = 0
        self.closed = threading.Event()

    def send(self, data):
        with self.lock:
            if self.transport == "udp":
                self.sock.sendto(data, self.peer)
            else:
                self.sock.sendall(data)

    def close(self):
        try:
            self.sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.sock.close()

    def run(self):
        data = b""
        try:
            while True:
                more = self.sock.recv(65536)
                if not more:
                    break
                data = self.eat(data + more)
        except (OSError, ValueError):
            pass
        self.closed.set()

    def eat(self, data):
        while True:
            while data.startswith(b"\r\n"):
                data = data[2:]
                self.pongs += 1
            end = data.find(b"\r\n\r\n")
            if end < 0:
                return data
            length = re.search(rb"(?im)^(?:content-length|l)\s*:\s*(\d+)",
                               data[:end])
            total = end + 4 + int(length.group(1))
            if len(data) < total:
                return data
            self.endpoint.input(Message.read(data[:total]), self)
            data = data[total:]


class Endpoint:
    def __init__(self, transport="udp", listen=None, server_tls=None,
                 client_tls=None):
        self.transport = transport
        self.client_tls = client_tls
        self.answers = {}
        self.requests = queue.Queue()
        self.waiting = {}   # branch and method: queue of responses
        self.answered = {}  # branch and method: bytes, for repetitions
        self.flows = []
        self.local = listen or ("127.0.0.1", 0)
        self.stopping = False
        self.socket = None
        if transport == "udp":
            self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            self.socket.bind(self.local)
            self.start(self.run_udp)
        elif listen:
            self.socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self.socket.bind(listen)
            self.socket.listen(16)
            self.start(self.run_accept, server_tls)
        if self.socket:
            self.local = self.socket.getsockname()

    def start(self, fn, *args):
        threading.Thread(target=fn, args=args, daemon=True).start()

    def run_udp(self):
        while not self.stopping:
            try:
                data, peer = self.socket.recvfrom(65536)
            except OSError:
                return
            if len(data) > 4:
                self.input(Message.read(data),
                           Flow(self, self.socket, peer, "udp"))

    def run_accept(self, tls):
        while not self.stopping:
            try:
                sock, peer = self.socket.accept()
            except OSError:
                return
            try:
                if tls:
                    sock = tls.wrap_socket(sock, server_side=True)
            except (OSError, ssl.SSLError):
                continue
            self.flow_new(sock, peer)

    def flow_new(self, sock, peer):
        flow = Flow(self, sock, peer, self.transport)
        self.flows.append(flow)
        self.start(flow.run)
        return flow

    def connect(self, to, tls_name=None):
        if self.transport == "udp":
            return Flow(self, self.socket, to, "udp")
        sock = socket.create_connection(to, 10)
        sock.settimeout(None)
        if self.transport == "tls":
            sock = self.client_tls.wrap_socket(sock, server_hostname=tls_name)
        if not self.socket:
            self.local = sock.getsockname()
        return self.flow_new(sock, to)

    def close(self):
        self.stopping = True
        for flow in self.flows:
            flow.close()
        if self.socket:
            try:
                self.socket.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            self.socket.close()

    # -- what comes

    def input(self, m, flow):
        m.flow = flow
        key = (m.branch, m.cseq_method)
        if m.status:
            if key in self.waiting:
                self.waiting[key].put(m)
            return
        if key in self.answered:
            if self.answered[key]:
                flow.send(self.answered[key])
            return
        self.answered[key] = b""
        if m.method == "ACK":
            self.requests.put(m)
            return
        rule = self.answers.get(m.method, 200)
        if callable(rule):
            rule = rule(m)
        if rule is not None:
            self.reply(m, rule)
        self.requests.put(m)

    def response(self, request, status, reason="Test"):
        r = Message(status=status, reason=reason)
        for name in ("Via", "From", "To", "Call-ID", "CSeq",
                     "Record-Route"):
            for value in request.all(name):
                if name == "To" and not param(value, "tag"):
                    value += ";tag=" + token(4)
                r.add(name, value)
        return r

    def reply(self, request, what, reason="Test"):
        r = what if isinstance(what, Message) else \
            self.response(request, what, reason)
        data = r.write()
        if r.status >= 200:
            self.answered[(request.branch, request.cseq_method)] = data
        request.flow.send(data)
        return r

    def wait_request(self, method=None, timeout=5):
        """The next request of that method; others are thrown away."""
        end = time.monotonic() + timeout
        while True:
            left = end - time.monotonic()
            try:
                m = self.requests.get(timeout=max(left, 0.001))
            except queue.Empty:
                return None
            if method is None or m.method == method:
                return m

    # -- what goes

    def via(self, branch):
        return "SIP/2.0/%s %s:%d;branch=%s;rport" % (
            self.transport.upper(), self.local[0], self.local[1], branch)

    def request(self, m, flow, timeout=35, provisional=None):
        """Sends m and returns its final response; None: none came."""
        branch = "z9hG4bK" + token()
        m.headers = [h for h in m.headers if h[0] != "Via"]
        m.headers.insert(0, ("Via", self.via(branch)))
        if not m.get("Max-Forwards"):
            m.add("Max-Forwards", 70)
        answers = self.waiting[(branch, m.method)] = queue.Queue()
        data = m.write()
        end = time.monotonic() + timeout
        interval = T1 if flow.transport == "udp" else timeout
        flow.send(data)
        while time.monotonic() < end:
            try:
                r = answers.get(timeout=min(interval,
                                            end - time.monotonic()))
            except (queue.Empty, ValueError):
                if flow.transport == "udp" and time.monotonic() < end:
                    flow.send(data)
                    interval = min(interval * 2, 4)
                continue
            if r.status >= 200:
                return r
            interval = 4
            if provisional is not None:
                provisional.append(r)
        return None


# -- a user -----------------------------------------------------------------

class Subscription:
    def __init__(self, client, to, event, accept):
        self.client, self.to = client, to
        self.event, self.accept = event, accept
        self.call_id, self.local_tag = token(), token(4)
        self.cseq, self.remote_tag, self.target = 0, None, to
        self.routes = []
        self.notifies = queue.Queue()
        self.response = None

    def send(self, expires=3600, timeout=10):
        self.cseq += 1
        m = Message("SUBSCRIBE", self.target)
        for route in self.routes:
            m.add("Route", route)
        to = "<%s>" % self.to
        if self.remote_tag:
            to += ";tag=" + self.remote_tag
        m.add("From", "<%s>;tag=%s" % (self.client.aor, self.local_tag))
        m.add("To", to).add("Call-ID", self.call_id)
        m.add("CSeq", "%d SUBSCRIBE" % self.cseq)
        m.add("Contact", self.client.contact).add("Event", self.event)
        m.add("Accept", self.accept).add("Expires", expires)
        r = self.response = self.client.ask(m, timeout)
        self.cseq = int(m.get("CSeq").split()[0])
        if r is not None and r.status // 100 == 2:
            self.learn(r, "To", reversed(self.split_routes(r)))
        return r

    @staticmethod
    def split_routes(m):
        return [v.strip() for line in m.all("Record-Route")
                for v in re.split(r",\s*(?=<)", line)]

    def learn(self, m, other, routes):
        if self.remote_tag is None:
            self.remote_tag = m.tag(other)
            self.routes = list(routes)
        if m.get("Contact"):
            self.target = address(m.get("Contact"))

    def notify(self, timeout=10):
        """The next NOTIFY; None when none comes."""
        try:
            return self.notifies.get(timeout=timeout)
        except queue.Empty:
            return None


class Client(Endpoint):
    def __init__(self, aor, password, server, transport="udp", ca=None,
                 user=None, algorithm=None, tls_name=None, instance=None):
        tls = None
        if transport == "tls":
            tls = ssl.create_default_context(cafile=ca)
            tls.check_hostname = tls_name is not None
        super().__init__(transport, client_tls=tls)
        self.aor, self.password = aor, password
        self.user = user or aor.split(":")[1].split("@")[0]
        self.domain = aor.split("@")[1]
        self.algorithm, self.instance = algorithm, instance
        self.server, self.tls_name = server, tls_name
        self.flow = self.connect(server, tls_name)
        self.challenge, self.nc = None, 0
        self.call_id, self.cseq = token(), 0
        self.subscriptions = {}
        self.answers["NOTIFY"] = self.notify_came

    @property
    def contact(self):
        value = "<sip:%s@%s:%d%s>" % (
            self.aor.split(":")[1].split("@")[0], *self.local[:2],
            "" if self.transport == "udp"
            else ";transport=" + self.transport)
        if self.instance:
            value += ';+sip.instance="<%s>"' % self.instance
        return value

    def reconnect(self):
        self.flow = self.connect(self.server, self.tls_name)

    def choose(self, r):
        offers = [challenge_read(v) for v in r.all("WWW-Authenticate")]
        for c in offers:
            algorithm = c.get("algorithm", "MD5").upper()
            if algorithm in HASHES and \
                    self.algorithm in (None, algorithm):
                return c
        return None

    def authorize(self, m):
        if not self.challenge:
            return
        self.nc += 1
        m.set("Authorization", credentials(
            self.challenge, m.method, m.uri, self.user, self.password,
            self.nc))

    def ask(self, m, timeout=35, provisional=None):
        """Sends with credentials; answers one challenge."""
        self.authorize(m)
        r = self.request(m, self.flow, timeout, provisional)
        if r is not None and r.status == 401 and self.password is not None:
            self.challenge, self.nc = self.choose(r), 0
            number, method = m.get("CSeq").split()
            m.set("CSeq", "%d %s" % (int(number) + 1, method))
            self.authorize(m)
            r = self.request(m, self.flow, timeout, provisional)
        return r

    def make(self, method, uri, to=None, sender=None, call_id=None, cseq=1):
        m = Message(method, uri)
        m.add("From", "<%s>;tag=%s" % (sender or self.aor, token(4)))
        m.add("To", "<%s>" % (to or uri))
        m.add("Call-ID", call_id or token())
        return m.add("CSeq", "%d %s" % (cseq, method))

    def register(self, expires=3600, contact=None, timeout=10):
        m = self.make("REGISTER", "sip:" + self.domain, self.aor,
                      call_id=self.call_id, cseq=self.cseq + 1)
        m.add("Contact", contact or self.contact).add("Expires", expires)
        m.add("Supported", "gruu")
        r = self.ask(m, timeout)
        self.cseq = int(m.get("CSeq").split()[0])
        return r

    def message(self, to, text, content_type="text/plain", timeout=35,
                provisional=None, sender=None, headers=()):
        m = self.make("MESSAGE", to, sender=sender)
        for name, value in headers:
            m.add(name, value)
        m.add("Content-Type", content_type)
        m.body = text if isinstance(text, bytes) else text.encode()
        return self.ask(m, timeout, provisional)

    def options(self, uri=None):
        return self.ask(self.make("OPTIONS", uri or "sip:" + self.domain))

    def subscribe(self, to, expires=3600, event="presence",
                  accept="application/pidf+xml", timeout=10):
        s = Subscription(self, to, event, accept)
        self.subscriptions[s.call_id] = s
        s.send(expires, timeout)
        return s

    def notify_came(self, m):
        s = self.subscriptions.get(m.get("Call-ID"))
        if s is None or m.tag("To") != s.local_tag:
            return 481
        s.learn(m, "From", Subscription.split_routes(m))
        s.notifies.put(m)
        return 200

    def publish(self, document=None, expires=3600, etag=None):
        m = self.make("PUBLISH", self.aor)
        m.add("Event", "presence").add("Expires", expires)
        if etag:
            m.add("SIP-If-Match", etag)
        if document is not None:
            m.add("Content-Type", "application/pidf+xml")
            m.body = document.encode()
        return self.ask(m)


def pidf(entity, basic="open", note=None, activity=None, device="d1"):
    """A presence document as clients write them."""
    person = ""
    if activity:
        person = ('<dm:person id="p1"><rpid:activities><rpid:%s/>'
                  '</rpid:activities></dm:person>' % activity)
    return ('<?xml version="1.0" encoding="UTF-8"?>'
            '<presence xmlns="urn:ietf:params:xml:ns:pidf" '
            'xmlns:dm="urn:ietf:params:xml:ns:pidf:data-model" '
            'xmlns:rpid="urn:ietf:params:xml:ns:pidf:rpid" entity="%s">'
            '<tuple id="%s"><status><basic>%s</basic></status>'
            '<contact>%s</contact>%s</tuple>%s</presence>' % (
                entity, device, basic, entity,
                "<note>%s</note>" % note if note else "", person))


def basic(m):
    """open or closed, of a NOTIFY; None without a document."""
    found = re.search(r"<(?:\w+:)?basic>\s*(\w+)", m.text)
    return found.group(1) if found else None
