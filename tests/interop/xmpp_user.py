# SPDX-License-Identifier: GPL-3.0-or-later
"""A user of a real XMPP server, driven by slixmpp in a thread of its own."""
import asyncio
import queue
import ssl
import threading

import slixmpp


class XmppUser:
    """Signs in, sends, keeps everything that arrives in queues."""

    def __init__(self, jid, password, address, cafile):
        self.jid = jid
        self.messages = queue.Queue()
        self.presences = queue.Queue()
        self.subscriptions = queue.Queue()
        self._ready = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(
            target=self._main, args=(password, address, cafile), daemon=True)
        self._thread.start()
        if not self._ready.wait(30):
            raise RuntimeError(f"{jid} could not sign in")

    def _main(self, password, address, cafile):
        asyncio.set_event_loop(self._loop)
        self._client = client = slixmpp.ClientXMPP(self.jid, password)
        client.loop = self._loop
        client.auto_authorize = None
        client.auto_subscribe = False
        client.ca_certs = cafile
        client.ssl_context.check_hostname = False
        client.ssl_context.minimum_version = ssl.TLSVersion.TLSv1_2
        client.register_plugin("xep_0199")
        client.add_event_handler("session_start", self._started)
        client.add_event_handler("message", self._message)
        client.add_event_handler("message_error", self._message)
        for kind in ("subscribe", "subscribed", "unsubscribe", "unsubscribed"):
            client.add_event_handler("presence_" + kind, self._subscription)
        # slixmpp names an event of presence after <show/> where there is one.
        for kind in ("available", "away", "chat", "dnd", "xa", "unavailable",
                     "error"):
            client.add_event_handler("presence_" + kind, self._presence)
        client.connect(address)
        self._loop.run_forever()

    async def _started(self, _event):
        self._client.send_presence()
        await self._client.get_roster()
        self._ready.set()

    def _message(self, msg):
        self.messages.put(msg)

    def _presence(self, presence):
        self.presences.put(presence)

    def _subscription(self, presence):
        self.subscriptions.put(presence)

    def _call(self, fn, *args, **kwargs):
        self._loop.call_soon_threadsafe(lambda: fn(*args, **kwargs))

    def send(self, to, body, mid=None):
        def go():
            msg = self._client.make_message(mto=to, mbody=body, mtype="chat")
            if mid:
                msg["id"] = mid
            msg.send()
        self._call(go)

    def presence(self, **kwargs):
        self._call(self._client.send_presence, **kwargs)

    def raw(self, xml):
        self._call(self._client.send_raw, xml)

    def next_message(self, patience=40, error=False):
        while True:
            msg = self.messages.get(timeout=patience)
            if (msg["type"] == "error") == error:
                return msg

    def close(self):
        """Signs out; what slixmpp still has pending is cancelled with it."""
        async def go():
            self._client.disconnect(wait=1)
            await asyncio.sleep(0.3)
            tasks = [t for t in asyncio.all_tasks(self._loop)
                     if t is not asyncio.current_task()]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self._loop.stop()
        asyncio.run_coroutine_threadsafe(go(), self._loop)
        self._thread.join(5)
