// Echo server on Node's net module: node-echo.js HOST PORT.
'use strict';
const net = require('net');

const [host, port] = process.argv.slice(2);
const server = net.createServer({ noDelay: true }, (socket) => {
  socket.on('data', (data) => socket.write(data));
  socket.on('error', () => socket.destroy());
});

server.listen({ host, port: Number(port), backlog: 1024 }, () => {
  const address = server.address();
  console.log(`listening on ${address.address}:${address.port}`);
});
