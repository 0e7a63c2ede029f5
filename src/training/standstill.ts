// When learning stands still: reports, one after another, that bring no gain worth the name.

export interface Standstill {
  /** The last dev reconstruction that was a gain on the one before it, in nats a token. */
  readonly reconstruction: number;
  /** Reports since then. */
  readonly reports: number;
}

/** Share of the reconstruction loss that a gain has to take away: what differs from report to report at held rates is smaller. */
const GAIN = 0.01;

/** After a report of `reconstruction`; `before` is null at the first one. */
export function standstillAfter(before: Standstill | null, reconstruction: number): Standstill {
  if (before === null || reconstruction < (1 - GAIN) * before.reconstruction) return { reconstruction, reports: 0 };
  return { reconstruction: before.reconstruction, reports: before.reports + 1 };
}

/** Whether rates that are held have nothing more to give: half of the reports after which the run would end. */
export function standsStill({ reports }: Standstill, patience: number): boolean {
  return reports >= Math.ceil(patience / 2);
}
