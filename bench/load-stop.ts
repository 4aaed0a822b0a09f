import { stopUnderLoad } from '../test/support/stop-under-load.ts';

/** SIGTERM while an announcement goes out and people ask; some calls of the platform are never answered. */
export async function benchStop(): Promise<void> {
  const rows: Record<string, unknown> = {};
  for (const silent of [false, true]) {
    const { status, milliseconds, states, answered } = await stopUnderLoad(silent);
    rows[`SIGTERM under load${silent ? ', platform silent to every tenth' : ''}`] = {
      status,
      seconds: (milliseconds / 1000).toFixed(1),
      'left in sending': states.sending ?? 0,
      sent: states.sent ?? 0,
      unknown: states.unknown ?? 0,
      'questions answered before': answered,
    };
  }
  console.table(rows);
}
