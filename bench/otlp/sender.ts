/** The tools of the bench: a process of its own, so that what is measured of answers is the collector's. `node sender.ts`, options as JSON in SENDING. */
import { setTimeout as pause } from 'node:timers/promises';
import { startSender, type Sender } from '../../collector/testing/otlp-sender.ts';

export interface Sending {
  readonly url: string;
  readonly token: string;
  /** Exports a second, by all senders. */
  readonly rate: number;
  readonly seconds: number;
  readonly senders: number;
  /** Points of an export. */
  readonly points: number;
}

export interface Sent {
  /** Milliseconds from the call of the exporter to its answer, ascending. */
  readonly latencies: readonly number[];
  readonly cpuSeconds: number;
}

async function exportOnce(sender: Sender, person: number, points: number): Promise<number> {
  const who = { 'user.email': `person-${String(person)}@acme.io`, 'session.id': `s-${String(person)}`, type: 'input' };
  for (let model = 0; model < points; model += 1)
    sender.add('claude_code.token.usage', 1 + model, { ...who, model: `model-${String(model)}` });
  const begun = performance.now();
  await sender.flush();
  return performance.now() - begun;
}

async function send({ url, token, rate, seconds, senders, points }: Sending): Promise<Sent> {
  const all = Array.from({ length: senders }, () => startSender({ url, token, wire: 'protobuf' }));
  const latencies: number[] = [];
  const begun = performance.now();
  await Promise.all(
    all.map(async (sender, index) => {
      for (let n = index; n < rate * seconds; n += senders) {
        const wait = begun + (n / rate) * 1000 - performance.now();
        if (wait > 0) await pause(wait);
        latencies.push(await exportOnce(sender, index, points));
      }
    })
  );
  const { user, system } = process.cpuUsage();
  await Promise.all(all.map((one) => one.close()));
  return { latencies: latencies.sort((a, b) => a - b), cpuSeconds: (user + system) / 1e6 };
}

process.stdout.write(JSON.stringify(await send(JSON.parse(process.env['SENDING'] ?? '{}') as Sending)));
