// The shapes of a headline. `actor`, `event`, `trouble`, `source` and `quote` come from the topic it is drawn in.

import { type Alternative, items } from "../grammar.ts";

export const shared: Readonly<Record<string, readonly Alternative[]>> = {
  say: items("say / confirm / insist / report"),
};

const reports = items(`
  {actor/a.np} {actor/a.does|now}
  {actor/a.np} {actor/a.does|now} after {event}
  {actor/a.np} {actor/a.does|now} despite {trouble}
  {actor/a.np} {actor/a.does|now}, {source} {say}
`).map((line): Alternative => [4, line]);

const plans = items(`
  {actor/a.np} to {actor/a.plans|base}
  {actor/a.np} to {actor/a.plans|base} after {event}
  {actor/a.np} to {actor/a.plans|base} despite {trouble}
  {actor/a.np} set to {actor/a.plans|base}
  {actor/a.np} may {actor/a.plans|base} before {event}
  {actor/a.np} could {actor/a.plans|base}, {source} warn
  {actor/a.np} will not {actor/a.plans|base}, {source} {say}
  {source} expect {actor/a.np} to {actor/a.plans|base}
  will {actor/a.np} {actor/a.plans|base}? {source} hope so
  will {actor/a.np} {actor/a.plans|base} after {event}?
  {actor/a.np} may yet {actor/a.plans|base}, {source} {say}
`);

const features = items(`
  {actor/a.np} {actor/a.does|now} amid {trouble}
  {actor/a.np} {actor/a.does|now} ahead of {event}
  {actor/a.np} {actor/a.does|now} as {actor/b.np} {actor/b.does|now}
  after {event}, {actor/a.np} {actor/a.does|now}
  despite {trouble}, {actor/a.np} {actor/a.does|now}
  {source} baffled as {actor/a.np} {actor/a.does|now}
  {source} divided as {actor/a.np} {actor/a.does|now}
  {source} play down {trouble} as {actor/a.np} {actor/a.does|now}
  explained: why {actor/a.np} {actor/a.does|now}
  in pictures: {actor/a.np} {actor/a.does|now}
  '{quote}': {source} on {trouble}
  '{quote}', {source} {say} after {event}
  no end to {trouble}, {source} {say}
`);

export const templates: readonly Alternative[] = [...reports, ...plans, ...features];
