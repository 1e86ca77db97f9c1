/** The world's clock, in ms since the epoch. Runs `speed` times as fast as ours, or stands still until stepped. */
export class Clock {
  readonly speed: number;
  readonly stepped: boolean;
  private readonly real: () => number;
  private base: number;
  private realBase: number;

  /** `speed` 20: one real second is twenty of the world's. `stepped`: time passes only through `advance`. */
  constructor(options: { speed?: number; stepped?: boolean; start?: number; real?: () => number } = {}) {
    this.speed = options.speed ?? 1;
    this.stepped = options.stepped ?? false;
    this.real = options.real ?? (() => performance.now());
    this.base = options.start ?? Date.now();
    this.realBase = this.real();
  }

  now(): number {
    return this.stepped ? this.base : this.base + (this.real() - this.realBase) * this.speed;
  }

  date(): Date {
    return new Date(this.now());
  }

  /** Moves a stepped clock on by that many ms. */
  advance(ms: number): void {
    this.base += ms;
  }

  /** Continues from a saved moment. */
  set(now: number): void {
    this.base = now;
    this.realBase = this.real();
  }

  /** How many real ms that many of the world's ms take. */
  toRealMs(ms: number): number {
    return ms / this.speed;
  }
}
