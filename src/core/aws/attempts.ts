/** What AWS answers to a request whose time it does not believe. */
const skewErrors = [
  "AuthFailure",
  "InvalidSignatureException",
  "RequestExpired",
  "RequestInTheFuture",
  "RequestTimeTooSkewed",
  "SignatureDoesNotMatch",
];

/**
 * While the two clocks are four minutes apart, the SDK takes every error for one of the clock and asks again, as often
 * as it may: also for something that is simply not there. Only errors that speak of the clock are.
 */
export const judgeSkew = (next: (args: unknown) => Promise<unknown>) => async (args: unknown) => {
  try {
    return await next(args);
  } catch (error) {
    const { name, $metadata } = error as { name?: string; $metadata?: { clockSkewCorrected?: boolean } };
    if ($metadata?.clockSkewCorrected && !skewErrors.includes(name ?? "")) $metadata.clockSkewCorrected = false;
    throw error;
  }
};

/** Calls that make another one each time, and have no token by which AWS could tell a repetition. */
const numbered = ["RegisterTaskDefinitionCommand", "CreateLaunchTemplateVersionCommand"];

/** A connection that broke before the answer came: what was asked for may have been done, so look before asking again. */
class AnswerLost extends Error {
  readonly lost: unknown;
  constructor(operation: string, lost: Error) {
    super(`The connection broke before the answer to ${operation} came: ${lost.message}`);
    this.name = "AnswerLost";
    this.lost = lost;
  }
}

/** Keeps the SDK from asking again for what would then be there twice. */
export const keepSingle =
  (next: (args: unknown) => Promise<unknown>, { commandName = "" }: { commandName?: string }) =>
  async (args: unknown) => {
    try {
      return await next(args);
    } catch (error) {
      const answered = error instanceof Error && "$response" in error && error.$response !== undefined;
      if (answered || !(error instanceof Error) || !numbered.includes(commandName)) throw error;
      throw new AnswerLost(commandName.replace(/Command$/, ""), error);
    }
  };

/** Hears of an attempt that failed: the SDK's error, and the call (`ecs:DescribeServices`). */
export type OnFailedAttempt = (error: unknown, operation: string) => void;

/** Tells of every attempt that failed; what becomes of it is the SDK's to decide. */
export const hearAttempts =
  (tell: OnFailedAttempt, service: string) =>
  (next: (args: unknown) => Promise<unknown>, { commandName = "" }: { commandName?: string }) =>
  async (args: unknown) => {
    try {
      return await next(args);
    } catch (error) {
      tell(error, `${service}:${commandName.replace(/Command$/, "")}`);
      throw error;
    }
  };
