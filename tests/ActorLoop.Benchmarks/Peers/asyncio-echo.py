"""Echo server on asyncio or uvloop: asyncio-echo.py LOOP API HOST PORT [CERTIFICATE].

LOOP is asyncio or uvloop, API one of protocol, streams, sockets, datagrams, unix; for unix, HOST is a path.
A certificate with its key (PEM) puts protocol under TLS.
"""
import asyncio
import socket
import ssl
import sys


class Echo(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        self.transport.write(data)


class DatagramEcho(asyncio.DatagramProtocol):
    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, address):
        self.transport.sendto(data, address)


async def echo_stream(reader, writer):
    try:
        while data := await reader.read(256 * 1024):
            writer.write(data)
            await writer.drain()
    except ConnectionError:
        pass
    finally:
        writer.close()


async def echo_socket(loop, client):
    with client:
        try:
            while data := await loop.sock_recv(client, 256 * 1024):
                await loop.sock_sendall(client, data)
        except ConnectionError:
            pass


async def serve_sockets(host, port):
    loop = asyncio.get_running_loop()
    listener = socket.create_server((host, port), backlog=1024)
    listener.setblocking(False)
    address = listener.getsockname()
    print(f"listening on {address[0]}:{address[1]}", flush=True)
    clients = set()
    while True:
        client, _ = await loop.sock_accept(listener)
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        task = loop.create_task(echo_socket(loop, client))
        clients.add(task)
        task.add_done_callback(clients.discard)


async def serve_datagrams(host, port):
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(DatagramEcho, local_addr=(host, port))
    address = transport.get_extra_info("sockname")
    print(f"listening on {address[0]}:{address[1]}", flush=True)
    await loop.create_future()


async def serve_unix(path):
    server = await asyncio.get_running_loop().create_unix_server(Echo, path, backlog=1024)
    print(f"listening on {path}", flush=True)
    await server.serve_forever()


async def serve(api, host, port, tls):
    if api == "sockets":
        await serve_sockets(host, port)
        return
    if api == "datagrams":
        await serve_datagrams(host, port)
        return
    if api == "unix":
        await serve_unix(host)
        return
    loop = asyncio.get_running_loop()
    if api == "protocol":
        server = await loop.create_server(Echo, host, port, backlog=1024, ssl=tls)
    else:
        server = await asyncio.start_server(echo_stream, host, port, backlog=1024, limit=256 * 1024)
    address = server.sockets[0].getsockname()
    print(f"listening on {address[0]}:{address[1]}", flush=True)
    await server.serve_forever()


def main():
    loop_name, api, host, port = sys.argv[1:5]
    if loop_name == "uvloop":
        import uvloop
        uvloop.install()
    tls = None
    if len(sys.argv) > 5:
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        tls.load_cert_chain(sys.argv[5])
    try:
        asyncio.run(serve(api, host, int(port), tls))
    except KeyboardInterrupt:
        pass


main()
