// Children by Node's child_process: node-spawn.js COUNT IN-FLIGHT WARM-UP PROGRAM. Prints the seconds that COUNT children took, each with
// three pipes, from the first start to the last 'close', which comes when a child has exited and its pipes have ended.
'use strict';
const { spawn } = require('child_process');

const [count, inFlight, warmUp] = process.argv.slice(2, 5).map(Number);
const program = process.argv[5];

function run(total) {
  return new Promise((resolve, reject) => {
    let started = 0;
    let ended = 0;
    const next = () => {
      if (started === total) {
        return;
      }
      started++;
      const child = spawn(program, [], { stdio: 'pipe' });
      child.stdout.resume();
      child.stderr.resume();
      child.on('error', reject);
      child.on('close', (code) => {
        if (code !== 0) {
          reject(new Error(`exit code ${code}`));
        } else if (++ended === total) {
          resolve();
        } else {
          next();
        }
      });
    };
    for (let i = 0; i < inFlight; i++) {
      next();
    }
  });
}

(async () => {
  await run(warmUp);
  const begin = process.hrtime.bigint();
  await run(count);
  console.log(Number(process.hrtime.bigint() - begin) / 1e9);
})();
