// A server that listens, and does nothing yet with what comes.
//
//     node server.mjs PORT
import net from 'node:net';
import process from 'node:process';

// One client: called once, when it comes.
function serve(client) {
  client.on('data', (data) => {
    // Yours to write: what is due for these bytes? (data is a Buffer.)
    void data;
  });
  client.on('end', () => client.end());
  client.on('error', () => client.destroy());
}

const server = net.createServer({allowHalfOpen: true}, serve);
server.listen(Number(process.argv[2]), '127.0.0.1');

process.on('SIGTERM', () => process.exit(0));
