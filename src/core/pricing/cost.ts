/** One thing that costs: `quantity × unitPrice`, at the smallest and at the largest that `ecsctl.yaml` allows. */
export interface CostLine {
  /** `t2.small instances`. */
  name: string;
  /** `hour`, `GB-month`. */
  unit: string;
  /** In `currency`, for one unit, in the region. */
  unitPrice: number;
  /** Units that run at the same time, or are used in a month. */
  quantityMin: number;
  quantityMax: number;
  hourlyMin: number;
  hourlyMax: number;
  /** What was assumed about the quantity. */
  assumption?: string;
  /** Name of AWS's price page, and when a page was last seen to state the price. */
  source: string;
}

/** Prices in `currency`, for everything at its minimum and its maximum. */
export interface Cost {
  currency: "USD";
  hourlyMin: number;
  hourlyMax: number;
  /** Of 730 hours. */
  monthlyMin: number;
  monthlyMax: number;
  /** ISO date of the price table. */
  pricesAsOf: string;
  region: string;
  /** The region's prices are reckoned from those of us-east-1. */
  approximate: boolean;
  lines: CostLine[];
  /** Things whose price the table does not know. */
  unknown: string[];
  /** What is counted, and what is not. */
  note: string;
}
