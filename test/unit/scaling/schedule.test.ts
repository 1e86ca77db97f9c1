import assert from "node:assert/strict";
import { test } from "node:test";
import { nextRunWithin, parseSchedule, ScheduleError } from "../../../src/core/scaling/schedule.ts";

const ms = (text: string): number => Date.parse(text);

/** The next runs after a moment, as ISO texts. */
function runs(
  expression: string,
  after: string,
  options: { timeZone?: string; from?: string } = {},
  count = 3,
): string[] {
  const schedule = parseSchedule(expression, { timeZone: options.timeZone, from: ms(options.from ?? after) });
  const found: string[] = [];
  let at = schedule.next(ms(after));
  while (at !== undefined && found.length < count) {
    found.push(new Date(at).toISOString().slice(0, 16));
    at = schedule.next(at);
  }
  return found;
}

test("at runs once, in its time zone", () => {
  assert.deepEqual(runs("at(2026-11-22T08:30:00)", "2026-11-22T07:00:00Z"), ["2026-11-22T08:30"]);
  assert.deepEqual(runs("at(2026-11-22T08:30:00)", "2026-11-22T08:30:00Z"), []);
  assert.deepEqual(runs("at(2026-11-22T08:30:00)", "2026-11-22T00:00:00Z", { timeZone: "Asia/Tokyo" }), []);
  assert.deepEqual(runs("at(2026-11-22T18:30:00)", "2026-11-22T00:00:00Z", { timeZone: "Asia/Tokyo" }), [
    "2026-11-22T09:30",
  ]);
});

test("rate counts from its start", () => {
  const from = "2026-11-22T07:00:00Z";
  assert.deepEqual(runs("rate(5 minutes)", "2026-11-22T07:01:00Z", { from }), [
    "2026-11-22T07:05",
    "2026-11-22T07:10",
    "2026-11-22T07:15",
  ]);
  assert.deepEqual(runs("rate(1 hour)", "2026-11-22T06:00:00Z", { from }, 2), ["2026-11-22T07:00", "2026-11-22T08:00"]);
});

test("cron knows lists, ranges, steps, names and last days", () => {
  const after = "2026-11-22T07:00:00Z";
  const table: [expression: string, expected: string[]][] = [
    ["cron(15 10 * * ? *)", ["2026-11-22T10:15", "2026-11-23T10:15", "2026-11-24T10:15"]],
    ["cron(0 9 ? * MON-FRI *)", ["2026-11-23T09:00", "2026-11-24T09:00", "2026-11-25T09:00"]],
    ["cron(0/20 7 * * ? *)", ["2026-11-22T07:20", "2026-11-22T07:40", "2026-11-23T07:00"]],
    ["cron(0 8,18 ? * 1 *)", ["2026-11-22T08:00", "2026-11-22T18:00", "2026-11-29T08:00"]],
    ["cron(0 0 L * ? *)", ["2026-11-30T00:00", "2026-12-31T00:00", "2027-01-31T00:00"]],
    ["cron(0 0 29 2 ? *)", ["2028-02-29T00:00", "2032-02-29T00:00", "2036-02-29T00:00"]],
    ["cron(0 6 15,L 11-12 ? *)", ["2026-11-30T06:00", "2026-12-15T06:00", "2026-12-31T06:00"]],
    ["cron(0 6 ? * L *)", ["2026-11-28T06:00", "2026-12-05T06:00", "2026-12-12T06:00"]],
    // 28 November, 1 August and 31 January are a Saturday, a Sunday and a Sunday.
    ["cron(0 6 28W 11 ? 2026)", ["2026-11-27T06:00"]],
    ["cron(0 6 1W 8 ? *)", ["2027-08-02T06:00", "2028-08-01T06:00", "2029-08-01T06:00"]],
    ["cron(0 6 31W * ? 2027)", ["2027-01-29T06:00", "2027-03-31T06:00", "2027-05-31T06:00"]],
    ["cron(0 6 ? * 6L *)", ["2026-11-27T06:00", "2026-12-25T06:00", "2027-01-29T06:00"]],
    ["cron(0 6 ? * 3#1 *)", ["2026-12-01T06:00", "2027-01-05T06:00", "2027-02-02T06:00"]],
    ["cron(0 6 1 1 ? 2027-2028)", ["2027-01-01T06:00", "2028-01-01T06:00"]],
  ];
  for (const [expression, expected] of table) assert.deepEqual(runs(expression, after), expected, expression);
});

test("cron keeps to local time across daylight saving", () => {
  const zone = { timeZone: "Europe/Berlin" };
  assert.deepEqual(runs("cron(0 9 * * ? *)", "2026-03-28T00:00:00Z", zone), [
    "2026-03-28T08:00",
    "2026-03-29T07:00",
    "2026-03-30T07:00",
  ]);
  assert.deepEqual(runs("cron(0 9 * * ? *)", "2026-10-24T00:00:00Z", zone), [
    "2026-10-24T07:00",
    "2026-10-25T08:00",
    "2026-10-26T08:00",
  ]);
  assert.deepEqual(
    runs("cron(30 2 * * ? *)", "2026-10-24T12:00:00Z", zone, 2),
    ["2026-10-25T00:30", "2026-10-26T01:30"],
    "an hour that repeats runs once",
  );
  assert.deepEqual(
    runs("cron(30 2 * * ? *)", "2026-03-28T12:00:00Z", zone, 2),
    ["2026-03-29T01:30", "2026-03-30T00:30"],
    "an hour that is skipped runs after it",
  );
});

test("a repeated schedule runs at its start too, and never after its end", () => {
  const startsAt = ms("2026-11-22T07:10:00Z");
  const daily = parseSchedule("cron(0 9 * * ? *)", { from: startsAt });
  const next = (after: string, end?: string) => {
    const at = nextRunWithin(daily, ms(after), { startsAt, endsAt: end === undefined ? undefined : ms(end) });
    return at && new Date(at).toISOString().slice(0, 16);
  };
  assert.equal(next("2026-11-20T00:00:00Z"), "2026-11-22T07:10");
  assert.equal(next("2026-11-22T07:10:00Z"), "2026-11-22T09:00");
  assert.equal(next("2026-11-22T09:00:00Z", "2026-11-23T09:00:00Z"), "2026-11-23T09:00", "the end is included");
  assert.equal(next("2026-11-22T09:00:00Z", "2026-11-23T08:59:59Z"), undefined);
  const once = parseSchedule("at(2026-11-22T12:00:00)", { from: 0 });
  assert.equal(nextRunWithin(once, 0, { startsAt }), ms("2026-11-22T12:00:00Z"), "one moment has no other start");
});

test("what cannot be read is refused, with what is wrong", () => {
  const table: [expression: string, why: RegExp | undefined][] = [
    ["cron(0 9 * * *)", /^it has 5 fields, expected 6/],
    ["cron(0 9 * * * *)", /^the day of month is \* and the weekday \*, expected \? for the one/],
    ["cron(0 9 ? * ? *)", /^the day of month is \? and the weekday \?/],
    ["cron(61 9 * * ? *)", /^the minute is 61, expected 0 to 59$/],
    ["cron(0 24 * * ? *)", /^the hour is 24, expected 0 to 23$/],
    ["cron(0 9 ? * NOON *)", /^the weekday is NOON, expected 1 to 7 or SUN to SAT$/],
    ["cron(0 9 ? * 0 *)", /^the weekday is 0/],
    ["cron(0 9 32W * ? *)", /^the day of month is 32, expected 1 to 31$/],
    ["cron(0 9 1 13 ? *)", /^the month is 13, expected 1 to 12 or JAN to DEC$/],
    ["cron(0 9 1 1 ? 1969)", /^the year is 1969, expected 1970 to 2199$/],
    ["rate(0 minutes)", /^expected a number and minutes/],
    ["rate(1 minutes)", /^expected a number and minutes/],
    ["rate(5 minute)", /^expected a number and minutes/],
    ["at(tomorrow)", /^expected at\(YYYY-MM-DDThh:mm:ss\)$/],
    ["at(2030-01-01T08:00)", /^expected at\(/],
    ["at(2030-01-01T08:00:00Z)", /^expected at\(/],
    ["at(2030-02-30T08:00:00)", /^there is no such moment$/],
    ["at(2030-13-01T08:00:00)", /^there is no such moment$/],
    ["every day", undefined],
  ];
  for (const [expression, why] of table)
    assert.throws(
      () => parseSchedule(expression, { from: 0 }),
      (error) => error instanceof ScheduleError && (why?.test(error.why ?? "") ?? error.why === undefined),
      expression,
    );
});

test("a time zone is a name of the IANA data base in its own letters", () => {
  const open = (timeZone: string) => parseSchedule("rate(5 minutes)", { from: 0, timeZone });
  for (const name of ["UTC", "Europe/Berlin", "America/New_York", "Etc/GMT+9", "GMT"]) open(name);
  for (const name of ["Mars/Olympus", "+02:00", "europe/berlin", "EUROPE/BERLIN", "local"])
    assert.throws(() => open(name), ScheduleError, name);
});
