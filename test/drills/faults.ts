/**
 * Injects faults into a gateway in a separate process. Prints a line per figure; exit code 1 if one is out of bounds.
 * `npm run drill:faults -- [name …]`; the full disk needs permission to mount (root).
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { FaultBench } from './faults/fault-bench.ts';
import { atMost, exactly, type Figure, printFigures } from './figure.ts';

type Drill = () => Promise<readonly Figure[]>;

/** Beyond SHUTDOWN_TIMEOUT_MS. */
const leeway = 5000;

const drills: Readonly<Record<string, Drill>> = {
  'log-closed': () => withLogFault((bench) => bench.server.closeOutput()),
  'log-stalled': () => withLogFault((bench) => bench.server.stallOutput()),
  async 'folder-removed'() {
    return withBench({}, async (bench) => {
      rmSync(bench.dataDir, { recursive: true });
      const key = await bench.admin('POST', '/keys', { name: 'lost' });
      return [
        exactly('folder removed: "create key" says', key.status, 503),
        atMost('folder removed: until /ready says 503', await bench.untilReadySays(503), 10_000, 'ms'),
        exactly('folder removed: chat says', (await bench.chat()).status, 200),
        atMost('folder removed: exit', await bench.stop(), leeway + 25_000, 'ms'),
      ];
    });
  },
  async 'lock-held'() {
    return withBench({}, async (bench) => {
      const other = new DatabaseSync(join(bench.dataDir, 'database.db'));
      other.exec('BEGIN IMMEDIATE');
      const since = performance.now();
      const key = await bench.admin('POST', '/keys', { name: 'late' });
      const took = performance.now() - since;
      const chat = await bench.chat();
      other.exec('ROLLBACK');
      other.close();
      return [
        exactly('lock held: "create key" says', key.status, 503),
        atMost('lock held: in', took, 3000, 'ms'),
        exactly('lock held: chat says', chat.status, 200),
        atMost('lock released: until /ready says 200', await bench.untilReadySays(200), 10_000, 'ms'),
      ];
    });
  },
  'disk-full': drillFullDisk,
  async 'stop-under-streams'() {
    return withBench({ SHUTDOWN_TIMEOUT_MS: '1000' }, async (bench) => {
      bench.simulator.control.setDefault({ chunks: 100_000, pace: 20 });
      const streams = await Promise.all(Array.from({ length: 40 }, () => bench.chat(true)));
      const reading = streams.map((stream) => stream.text().catch(() => ''));
      const exit = await bench.stop();
      const told = (await Promise.all(reading)).filter((text) => text.includes('shutting down'));
      return [
        exactly('SIGTERM under 40 streams: ended in-band', told.length, 40),
        atMost('SIGTERM under 40 streams: exit', exit, 1000 + leeway, 'ms'),
      ];
    });
  },
  'stalled-readers': drillStalledReaders,
  async 'large-bodies'() {
    return runOn(await FaultBench.startMeasuringTurns(), async (bench) => {
      // Otherwise the simulator would answer all of it again.
      bench.simulator.control.setDefault({ text: 'Hi' });
      await measureChat(bench, 20);
      const figures: Figure[] = [];
      for (const [name, text] of Object.entries(largeTexts)) {
        await bench.eventLoopDelay();
        bench.longestTurn();
        const { status } = await bench.chat(false, text());
        const delay = `event-loop delay ${(await bench.eventLoopDelay()).toFixed(0)} ms`;
        figures.push(atMost(`${name} (${status}, ${delay}): processor time of a turn`, bench.longestTurn(), 50, 'ms'));
      }
      return figures;
    });
  },
  async 'hostile-paths'() {
    return withBench({}, async (bench) => {
      await measureChat(bench, 20);
      const { hostname, port } = new URL(bench.server.origin);
      const attack = setInterval(() => {
        const socket = connect(Number(port), hostname).on('error', () => {});
        socket.end(`GET /x://${':'.repeat(16_000)} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`);
      }, 333);
      const times = await measureChat(bench, 300);
      clearInterval(attack);
      return [atMost('hostile paths at 3/s: chat p99', times[Math.floor(times.length * 0.99)] ?? 0, 50, 'ms')];
    });
  },
};

/** Set in the process with a separate network namespace. */
const ownNetwork = 'DRILL_OWN_NETWORK';
/** Small kernel buffers; otherwise it takes megabytes per reader before the gateway notices. */
const smallBuffers = [
  'ip link set lo up',
  'echo "4096 16384 65536" > /proc/sys/net/ipv4/tcp_wmem',
  'echo "4096 65536 65536" > /proc/sys/net/ipv4/tcp_rmem',
].join(' && ');

async function drillStalledReaders(): Promise<readonly Figure[]> {
  if (process.env[ownNetwork] === undefined) {
    const again = `${smallBuffers} && exec "$0" "$1" stalled-readers`;
    const { status, stdout } = spawnSync('unshare', ['-n', 'sh', '-c', again, process.execPath, import.meta.filename], {
      env: { ...process.env, [ownNetwork]: '1' },
      encoding: 'utf8',
    });
    process.stdout.write(stdout ?? '');
    if (stdout) return [exactly('stalled readers, in a network of their own: exit code', status, 0)];
    return [{ name: 'stalled readers', value: 'not run: no right to a network of their own', isGood: true }];
  }
  const readers = 2000;
  return withBench({ READER_TIMEOUT_MS: '20000' }, async (bench) => {
    bench.simulator.control.setDefault({ text: 'x'.repeat(2000), chunks: 1000, 'chunk-size': 2000 });
    // Exclude memory that any traffic uses, such as compiled code and garbage.
    for (let made = 0; made < 30; made += 1) await (await bench.chat(true)).text();
    const before = bench.memory();
    let [peak, inUse] = [before, 0];
    const watch = setInterval(async () => {
      peak = Math.max(peak, bench.memory());
      inUse = Math.max(inUse, await bench.memoryInUse().catch(() => 0));
    }, 250);
    const sockets: Socket[] = [];
    for (let opened = 0; opened < readers; opened += 50) {
      sockets.push(...(await Promise.all(Array.from({ length: 50 }, () => bench.stall()))));
    }
    const { control } = bench.simulator;
    const cut = () =>
      control.requests({ kind: 'model' }).filter(({ outcome }) => outcome === 'aborted-by-client').length;
    const since = performance.now();
    while (cut() < readers && performance.now() - since < 120_000) await sleep(200);
    clearInterval(watch);
    for (const socket of sockets) socket.destroy();
    return [
      atMost(`${readers} stalled readers: objects and buffers`, inUse, 300, 'MB'),
      atMost(`${readers} stalled readers: memory added to the process`, peak - before, 300, 'MB'),
      atMost(`${readers} stalled readers: all memory of the process`, peak, 500, 'MB'),
      exactly('stalled readers: cut', cut(), readers),
    ];
  });
}

/** JSON of the content of the user's message; further messages may follow it. */
const largeTexts: Readonly<Record<string, () => string>> = {
  '30 MB of base64': () => `"data:image/png;base64,${'iVBORw0K'.repeat(3_900_000)}"`,
  '30 MB of Chinese': () => `"${'你好世界'.repeat(2_500_000)}"`,
  '30 MB with line breaks': () => `"${'It was a dark night.\\n'.repeat(1_400_000)}"`,
  '8 MB with line breaks': () => `"${'It was a dark night.\\n'.repeat(375_000)}"`,
  '8 MB of escapes': () => `"${'\\u4f60'.repeat(1_390_000)}"`,
  '30 MB of objects': () => `[${'{},'.repeat(10_000_000)}{}]`,
  '59,000 values': () => `[${'{"type":"text","text":"Hi"},'.repeat(19_600)}{"type":"text","text":"Hi"}]`,
  '9,000 messages': () => `"x"${',{"role":"user","content":"x"}'.repeat(9000).replace(/^,/, '},').slice(0, -1)}`,
  '1.6 million objects in arguments': () => {
    const call = {
      id: 'c',
      type: 'function',
      function: { name: 'f', arguments: `{"a":[${'{},\n'.repeat(1_590_000)}{}]}` },
    };
    const messages = [
      { role: 'assistant', tool_calls: [call] },
      { role: 'tool', tool_call_id: 'c', content: 'x' },
    ];
    return `"x"},${messages
      .map((message) => JSON.stringify(message))
      .join()
      .slice(0, -1)}`;
  },
};

async function withBench(
  environment: Readonly<Record<string, string>>,
  run: (bench: FaultBench) => Promise<readonly Figure[]>,
  folder?: string,
): Promise<readonly Figure[]> {
  return runOn(await FaultBench.start(environment, folder), run);
}

async function runOn(
  bench: FaultBench,
  run: (bench: FaultBench) => Promise<readonly Figure[]>,
): Promise<readonly Figure[]> {
  try {
    return await run(bench);
  } finally {
    await bench.close();
  }
}

function withLogFault(fault: (bench: FaultBench) => void): Promise<readonly Figure[]> {
  return withBench({ LOG_LEVEL: 'debug', SHUTDOWN_TIMEOUT_MS: '1000' }, async (bench) => {
    fault(bench);
    for (let made = 0; made < 3000; made += 50) {
      const path = `${bench.server.origin}/${'x'.repeat(500)}`;
      await Promise.all(Array.from({ length: 50 }, async () => (await fetch(path)).text()));
    }
    return [
      exactly('nobody reads the log: chat says', (await bench.chat()).status, 200),
      atMost('nobody reads the log: exit', await bench.stop(), 1000 + leeway, 'ms'),
    ];
  });
}

async function drillFullDisk(): Promise<readonly Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'full-'));
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', folder]).status !== 0) {
    rmSync(folder, { recursive: true });
    return [{ name: 'disk full', value: 'not run: no right to mount', isGood: true }];
  }
  try {
    return await withBench(
      {},
      async (bench) => {
        fill(join(folder, 'filler'));
        const since = performance.now();
        let refused = 0;
        // Until the write-ahead log runs out of space.
        for (let made = 0; made < 400 && refused === 0; made += 1) {
          const { status } = await bench.admin('POST', '/keys', { name: 'x'.repeat(80) });
          if (status !== 200) refused = status;
        }
        const figures = [
          exactly('disk full: "create key" says', refused, 503),
          exactly('disk full: chat says', (await bench.chat()).status, 200),
          atMost('disk full: found out and said in', performance.now() - since, 60_000, 'ms'),
        ];
        rmSync(join(folder, 'filler'));
        return [...figures, atMost('disk freed: until /ready says 200', await bench.untilReadySays(200), 10_000, 'ms')];
      },
      join(folder, 'data'),
    );
  } finally {
    spawnSync('umount', [folder]);
    rmSync(folder, { recursive: true, force: true });
  }
}

function fill(path: string): void {
  for (const size of [1_048_576, 65_536, 4096]) {
    try {
      for (;;) writeFileSync(path, Buffer.alloc(size), { flag: 'a' });
    } catch {
      // Full for writes of this size.
    }
  }
}

/** Milliseconds of chats one after the other, sorted. */
async function measureChat(bench: FaultBench, count: number): Promise<number[]> {
  const times: number[] = [];
  for (let made = 0; made < count; made += 1) {
    const since = performance.now();
    await (await bench.chat()).text();
    times.push(performance.now() - since);
    await sleep(10);
  }
  return times.sort((one, other) => one - other);
}

const wanted = process.argv.slice(2);
let isGood = true;
for (const [name, drill] of Object.entries(drills)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  isGood = printFigures(await drill()) && isGood;
}
process.exitCode = isGood ? 0 : 1;
