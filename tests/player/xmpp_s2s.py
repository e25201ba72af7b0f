# SPDX-License-Identifier: GPL-3.0-or-later
"""The proxy on the wire: normal servers, odd ones, hostile ones."""
import os
import queue
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import traceback
import warnings

from xmpp_peer import (PATIENCE, SASL, SM, TLS, Listener, Peer, PeerError,
                       dialback_key)

HOST = os.path.join(os.environ.get("TOP_BUILDDIR", "."),
                    "tests/player/proxy_host")
OURS, THEIRS = "sip.example", "xmpp.example"
MESSAGE = ("<message from='romeo@{frm}/r' to='juliet@{to}' type='chat' "
           "id='{mid}'><body>{body}</body></message>")


def message(body="hi", frm=THEIRS, to=OURS, mid="m1"):
    return MESSAGE.format(frm=frm, to=to, body=body, mid=mid)


class Bed:
    """A running proxy whose partner we are."""

    def __init__(self, tls=2, sasl=1, dialback=1, extra=()):
        self.dir = tempfile.mkdtemp(prefix="fedsh-s2s-")
        self.peers = []
        self.listener = Listener(THEIRS, OURS)
        args = [f"hosted={OURS}",
                f"partner={THEIRS},{tls},{sasl},{dialback},"
                f"127.0.0.1:{self.listener.port}",
                f"cert={THEIRS}", "cert=eve.example", f"cert={THEIRS},client",
                f"cert={THEIRS},none", f"cert={THEIRS},expired",
                f"cert={THEIRS},self"]
        self.process = subprocess.Popen(
            [HOST, self.dir, *extra, *args], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True)
        self.lines = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()
        self.port = int(self.line("READY").split()[1])
        self.listener.args = (THEIRS, OURS, self.path(THEIRS + ".crt"),
                              self.path(THEIRS + ".key"))

    def path(self, name):
        return os.path.join(self.dir, name)

    def _read(self):
        for line in self.process.stdout:
            self.lines.put(line.rstrip("\n"))
        self.lines.put(None)

    def line(self, word, patience=PATIENCE):
        """The next line of output; it has to begin with the word."""
        try:
            line = self.lines.get(timeout=patience)
        except queue.Empty:
            raise PeerError(f"no {word} came")
        if line is None or not line.startswith(word):
            raise PeerError(f"expected {word}, got {line}")
        return line

    def silent(self):
        if not self.lines.empty():
            raise PeerError(f"unexpected: {self.lines.get()}")

    def say(self, text):
        self.process.stdin.write(text + "\n")
        self.process.stdin.flush()

    def peer(self, domain=THEIRS, cert=THEIRS, other=OURS):
        p = Peer.dial(self.port, domain, other,
                      cert and self.path(cert + ".crt"),
                      cert and self.path(cert + ".key"))
        self.peers.append(p)
        return p

    def accept(self):
        p = self.listener.accept()
        self.peers.append(p)
        return p

    def close(self):
        for p in self.peers:
            p.close()
        self.listener.close()
        self.process.stdin.close()
        code = self.process.wait(30)
        self.process.stdout.close()
        shutil.rmtree(self.dir, ignore_errors=True)
        if code != 0:
            raise PeerError(f"the proxy ended with {code}")


def must(condition, what):
    if not condition:
        raise PeerError(what)


# --- servers as they should be -------------------------------------------

def external_with_acknowledgements(bed):
    p = bed.peer()
    must("EXTERNAL" in p.secure(), "EXTERNAL is not offered")
    must(SM in p.external(), "no acknowledgements offered")
    p.send(f"<enable xmlns='{SM}'/>")
    p.expect("<enabled")
    p.send(message("echo one") + f"<r xmlns='{SM}'/>")
    must("echo one" in bed.line("GOT"), "the message did not arrive")
    q = bed.accept()
    q.accept_external()
    q.expect("<body>one</body>")
    q.expect("<r ")
    q.send(f"<a xmlns='{SM}' h='1'/>")
    must(bed.line("RESULT").startswith("RESULT 1 ok"), "no result")
    while True:
        if p.expect(f"<a [^>]*h='(\\d)'")[1] == "1":
            break
    p.send("</stream:stream>")
    must("</stream:stream>" in p.expect_end(), "no close tag")


def no_acknowledgement_before_the_result(bed):
    p = bed.peer()
    p.authorised()
    p.send(f"<enable xmlns='{SM}'/>" + message("hold"))
    bed.line("GOT")
    p.send(f"<r xmlns='{SM}'/>")
    must(p.expect(f"<a [^>]*h='(\\d)'")[1] == "0", "acknowledged too soon")
    p.send(message("now") + f"<r xmlns='{SM}'/>")
    bed.line("GOT")
    must(p.expect(f"<a [^>]*h='(\\d)'")[1] == "0", "acknowledged past a gap")


def any_segmentation(bed):
    p = bed.peer()
    p.send(p.header(), piecewise=True)
    p.expect("</stream:features>")
    p.starttls()
    p.send(p.header(), piecewise=True)
    p.expect("EXTERNAL.*</stream:features>")
    p.send(f"<auth xmlns='{SASL}' mechanism='EXTERNAL'>=</auth>" +
           p.header() + message("all at once"))
    bed.line("GOT")
    p.send(message("bit by bit"), piecewise=True)
    must("bit by bit" in bed.line("GOT"), "lost in pieces")


def dialback_over_tls(bed, good=True):
    p = bed.peer(cert=None)
    must("EXTERNAL" not in p.secure(), "EXTERNAL without certificate")
    p.send(f"<db:result from='{THEIRS}' to='{OURS}'>"
           f"{dialback_key('s', OURS, THEIRS, p.their_id)}</db:result>")
    q = bed.accept()
    q.accept_secure("<dialback xmlns='urn:xmpp:features:dialback'/>")
    asked = q.expect(r"<db:verify [^>]*>([0-9a-f]*)</db:verify>")
    must(f"id='{p.their_id}'" in asked[0], "another stream's id")
    must(f"from='{OURS}'" in asked[0] and f"to='{THEIRS}'" in asked[0],
         "the wrong pair is asked about")
    right = dialback_key("s", OURS, THEIRS, p.their_id) == asked[1]
    must(right, "the key was changed on the way")
    kind = "valid" if good else "invalid"
    q.send(f"<db:verify from='{THEIRS}' to='{OURS}' id='{p.their_id}' "
           f"type='{kind}'/>")
    p.expect(f"<db:result [^>]*type='{kind}'")
    if not good:
        p.expect("</stream:stream>")
        return
    p.send(message())
    bed.line("GOT")
    p.send(message(frm="conference." + THEIRS))
    p.expect("invalid-from")


def a_key_not_confirmed_opens_nothing(bed):
    dialback_over_tls(bed, good=False)
    bed.silent()


def our_keys_are_confirmed_when_asked(bed):
    bed.say(f"send juliet@{OURS} romeo@{THEIRS} hello")
    q = bed.accept()
    q.accept_secure("<dialback xmlns='urn:xmpp:features:dialback'/>", "X9")
    key = q.expect(r"<db:result [^>]*>([0-9a-f]{64})</db:result>")[1]
    p = bed.peer(cert=None)
    p.secure()
    for k, want in ((key, "valid"), ("0" * 64, "invalid")):
        p.send(f"<db:verify from='{THEIRS}' to='{OURS}' id='X9t'>{k}"
               "</db:verify>")
        p.expect(f"<db:verify [^>]*type='{want}'")
    q.send(f"<db:result from='{THEIRS}' to='{OURS}' type='valid'/>")
    q.expect("<body>hello</body>")
    bed.line("RESULT 1 ok")


def what_broke_is_sent_once_more(bed):
    bed.say(f"send juliet@{OURS} romeo@{THEIRS} a")
    bed.say(f"send juliet@{OURS} romeo@{THEIRS} b")
    q = bed.accept()
    q.accept_external()
    q.expect("id='h1'.*id='h2'")
    q.send(f"<a xmlns='{SM}' h='1'/>")
    bed.line("RESULT 1 ok")
    q.sock.close()
    q = bed.accept()
    q.accept_external()
    again = q.expect("<message .*?</message>")[0]
    must("id='h2'" in again, "another one was repeated")
    q.expect("<r ")
    q.send(f"<a xmlns='{SM}' h='1'/>")
    bed.line("RESULT 2 ok")


def a_refusal_by_external_falls_back_to_dialback(bed):
    bed.say(f"send juliet@{OURS} romeo@{THEIRS} x")
    q = bed.accept()
    q.accept_secure(f"<mechanisms xmlns='{SASL}'><mechanism>EXTERNAL"
                    "</mechanism></mechanisms>")
    q.expect("<auth ")
    q.send(f"<failure xmlns='{SASL}'><not-authorized/></failure>")
    q.expect("<db:result ")
    q.send(f"<db:result from='{THEIRS}' to='{OURS}' type='valid'/>")
    q.expect("<body>x</body>")
    bed.line("RESULT 1 ok")


def a_host_unknown_there_is_told_to_the_sender(bed):
    bed.say(f"send juliet@{OURS} romeo@{THEIRS} x")
    q = bed.accept()
    q.stream_id = "u"
    q.expect("<stream:stream")
    q.send(q.header() + "<stream:error><host-unknown xmlns='urn:ietf:params:"
           "xml:ns:xmpp-streams'/></stream:error></stream:stream>")
    bed.line("RESULT 1 remote-server-not-found")


def a_ping_to_the_domain_is_answered(bed):
    p = bed.peer()
    p.authorised()
    p.send(f"<iq from='romeo@{THEIRS}/r' to='{OURS}' type='get' id='p7'>"
           "<ping xmlns='urn:xmpp:ping'/></iq>")
    q = bed.accept()
    q.accept_external()
    q.expect(f"<iq [^>]*id='p7'[^>]*type='result'")


# --- odd and hostile ones --------------------------------------------------

def strangers_are_refused(bed):
    p = bed.peer(domain="eve.example", cert=None)
    p.open()
    p.starttls()
    p.send(p.header())
    p.expect("<stream:stream.*policy-violation.*</stream:stream>")
    # One that proves its name is heard; the gates inside decide.
    p = bed.peer(domain="eve.example", cert="eve.example")
    p.authorised()
    p.send(message(frm="eve.example"))
    bed.line("GOT")


def somebody_elses_certificate_proves_nothing(bed):
    for cert in ("eve.example", THEIRS + "-self", THEIRS + "-expired",
                 THEIRS + "-client"):
        p = bed.peer(cert=cert)
        must("EXTERNAL" not in p.secure(), cert + " got EXTERNAL")
        p.send(f"<auth xmlns='{SASL}' mechanism='EXTERNAL'>=</auth>")
        p.expect("invalid-mechanism")
    for cert in (THEIRS, THEIRS + "-none"):
        p = bed.peer(cert=cert)
        must("EXTERNAL" in p.secure(), cert + " got no EXTERNAL")


def commands_behind_starttls_are_not_heard(bed):
    p = bed.peer()
    p.open()
    p.send(f"<starttls xmlns='{TLS}'/>" + p.header() +
           f"<auth xmlns='{SASL}' mechanism='EXTERNAL'>=</auth>")
    p.expect("<proceed[^>]*/>")
    try:
        p.wrap()
        p.send(" ")
        text = p.expect_end(3)
    except (PeerError, OSError, ssl.SSLError):
        text = p.text
    must("success" not in text and "features" not in text,
         "clear text was obeyed")


def old_tls_is_refused(bed):
    p = bed.peer()
    p.open()
    ctx = p.context()
    ctx.minimum_version = ssl.TLSVersion.TLSv1
    ctx.maximum_version = ssl.TLSVersion.TLSv1_1
    try:
        p.starttls(ctx)
    except (ssl.SSLError, ConnectionError, OSError):
        return
    raise PeerError("TLS 1.1 was accepted")


def headers_that_are_none(bed):
    rows = (
        ("<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'>]><a/>",
         "restricted-xml"),
        ("<?pi?><stream:stream/>", "restricted-xml"),
        ("<!-- c --><stream:stream/>", "restricted-xml"),
        ("GET / HTTP/1.1\r\n\r\n", "not-well-formed"),
        (b"\x16\x03\x01\x02\x00\x01", "not-well-formed"),
        (b"<stream:stream xmlns='jabber:server' to='\xc0\xaf'>",
         "not-well-formed"),
        (bed.peer().header(content="jabber:client"), "invalid-namespace"),
        (bed.peer().header(to="other.example"), "host-unknown"),
        (bed.peer().header(sender="a b"), "improper-addressing"),
        (bed.peer().header(version=None), "unsupported-version"),
        (bed.peer().header() + "<message from='a@b' to='c@d'/>",
         "not-authorized"),
        (bed.peer().header() + "<foo xmlns='urn:x'/>", "not-authorized"),
        (bed.peer().header() + "</a>", "not-well-formed"),
        ("<stream:stream xmlns='jabber:server' xmlns:stream="
         "'http://etherx.jabber.org/streams' " + "a" * 70000,
         "policy-violation"),
    )
    for data, want in rows:
        p = bed.peer()
        p.send(data)
        text = p.expect(".*</stream:stream>")[0]
        p.close()
        must(-1 < text.find("<stream:stream") < text.find(want),
             f"{data[:60]}: expected {want}: {text}")


def stanzas_that_are_none(bed):
    deep = "<a>" * 100 + "</a>" * 100
    many = " ".join(f"a{i}='1'" for i in range(100))
    rows = (
        (message(frm="eve.example"), "invalid-from"),
        (message(to="third.example"), "host-unknown"),
        ("<message to='a@sip.example'/>", "improper-addressing"),
        (f"<message from='a@{THEIRS}'/>", "improper-addressing"),
        ("<x xmlns='urn:x'/>", "unsupported-stanza-type"),
        ("hello", "bad-format"),
        (message("<!-- -->"), "restricted-xml"),
        (message("<?x y?>"), "restricted-xml"),
        (message("&nbsp;"), "restricted-xml|not-well-formed"),
        (message("&#0;"), "not-well-formed"),
        (message("<z:q/>"), "not-well-formed"),
        (message("</body></presence>"), "not-well-formed"),
        (message(deep), "policy-violation"),
        (f"<message {many}/>", "policy-violation"),
        (message("x" * 300000), "policy-violation.*stanza-too-big"),
        (message().encode().replace(b"hi", b"\xed\xa0\x80"),
         "not-well-formed"),
        (f"<starttls xmlns='{TLS}'/>", f"<failure xmlns='{TLS}'"),
        ("<db:result>k</db:result>", "improper-addressing"),
        (f"<a xmlns='{SM}' h='1'/>", "unsupported-stanza-type"),
    )
    for data, want in rows:
        p = bed.peer()
        p.authorised()
        p.send(data)
        p.expect(want)
        p.expect("</stream:stream>")
        p.close()
    bed.silent()


def forged_verdicts_open_nothing(bed):
    p = bed.peer(cert=None)
    p.secure()
    p.send(f"<db:result from='{THEIRS}' to='{OURS}' type='valid'/>"
           f"<db:verify from='{THEIRS}' to='{OURS}' id='{p.their_id}' "
           "type='valid'/>" + message())
    p.expect("not-authorized")
    bed.silent()


def ids_are_never_the_same(bed):
    seen = set()
    for _ in range(10):
        p = bed.peer()
        p.open()
        seen.add(p.their_id)
        p.starttls()
        p.open()
        seen.add(p.their_id)
        p.close()
    must(len(seen) == 20, "a stream id came twice")
    must(all(len(i) >= 32 for i in seen), "a stream id is short")


def an_acknowledgement_too_high_ends_the_stream(bed):
    bed.say(f"send juliet@{OURS} romeo@{THEIRS} a")
    q = bed.accept()
    q.accept_external()
    q.expect("<r ")
    q.send(f"<a xmlns='{SM}' h='7'/>")
    q.expect("undefined-condition.*handled-count-too-high")


def a_shutdown_is_said(bed):
    p = bed.peer()
    p.authorised()
    bed.process.stdin.close()
    p.expect("system-shutdown.*</stream:stream>")
    must(bed.process.wait(20) == 0, "the proxy did not end well")


def no_certificate_no_starttls(bed):
    p = bed.peer()
    must("starttls" not in p.open(), "TLS is offered without certificate")


CASES = [
    (external_with_acknowledgements, {}),
    (no_acknowledgement_before_the_result, {}),
    (any_segmentation, {}),
    (dialback_over_tls, {}),
    (a_key_not_confirmed_opens_nothing, {}),
    (our_keys_are_confirmed_when_asked, {"sasl": 0}),
    (what_broke_is_sent_once_more, {}),
    (a_refusal_by_external_falls_back_to_dialback, {}),
    (a_host_unknown_there_is_told_to_the_sender, {}),
    (a_ping_to_the_domain_is_answered, {}),
    (strangers_are_refused, {}),
    (somebody_elses_certificate_proves_nothing, {}),
    (commands_behind_starttls_are_not_heard, {}),
    (old_tls_is_refused, {}),
    (headers_that_are_none, {}),
    (stanzas_that_are_none, {}),
    (forged_verdicts_open_nothing, {}),
    (ids_are_never_the_same, {}),
    (an_acknowledgement_too_high_ends_the_stream, {}),
    (a_shutdown_is_said, {}),
    (no_certificate_no_starttls, {"extra": ("nocert=1",)}),
]


def main():
    warnings.simplefilter("ignore", DeprecationWarning)
    wanted = sys.argv[1:]
    cases = [c for c in CASES if not wanted or c[0].__name__ in wanted]
    print(f"1..{len(cases)}")
    failed = 0
    for number, (fn, setup) in enumerate(cases, 1):
        name = fn.__name__.replace("_", " ")
        bed = None
        try:
            bed = Bed(**setup)
            fn(bed)
            bed.close()
            print(f"ok {number} - {name}", flush=True)
        except (PeerError, OSError, subprocess.TimeoutExpired, ssl.SSLError,
                BrokenPipeError, socket.timeout):
            failed += 1
            print(f"not ok {number} - {name}")
            for line in traceback.format_exc().splitlines():
                print("# " + line)
            if bed:
                bed.process.kill()
                bed.process.wait()
                shutil.rmtree(bed.dir, ignore_errors=True)
            sys.stdout.flush()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
