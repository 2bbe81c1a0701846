/** Upper bounds of the classes of durations, in seconds. */
const BOUNDS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5] as const;

/** How the requests of a route went. */
export interface RouteMetrics {
  /** Pattern of the route; `other` for requests that none fits. */
  readonly route: string;
  /** Requests by status. */
  readonly statuses: ReadonlyMap<number, number>;
  /** Requests by duration: `[upper bound in seconds, how many took no longer]`. */
  readonly buckets: readonly (readonly [bound: number, count: number])[];
  /** All requests. */
  readonly count: number;
  /** Their durations together, in seconds. */
  readonly seconds: number;
}

/** Counts requests. */
export interface RequestMetrics {
  /** Gives what counts the requests of a route. */
  route(path: string): (status: number, ms: number) => void;
  /** What was counted, by route, in the order in which they were added; those never asked are absent. */
  read(): RouteMetrics[];
}

/** Makes a counter of requests; what it holds is bounded by routes and statuses. */
export function createRequestMetrics(): RequestMetrics {
  const routes = new Map<string, Counts>();
  return {
    route(path) {
      const counts = routes.get(path) ??
        { statuses: new Map(), classes: BOUNDS.map(() => 0), ms: 0 };
      routes.set(path, counts);
      return (status, ms) => {
        counts.statuses.set(status, (counts.statuses.get(status) ?? 0) + 1);
        counts.ms += ms;
        for (let i = 0; i < BOUNDS.length; i++) {
          if (ms > BOUNDS[i]! * 1000) continue;
          counts.classes[i]!++;
          break;
        }
      };
    },
    read() {
      return [...routes].filter(([, { statuses }]) => statuses.size > 0)
        .map(([route, { statuses, classes, ms }]) => {
          let sum = 0;
          const buckets = BOUNDS.map((bound, i) => [bound, sum += classes[i]!] as const);
          const count = [...statuses.values()].reduce((total, one) => total + one, 0);
          return { route, statuses: new Map(statuses), buckets, count, seconds: ms / 1000 };
        });
    },
  };
}

interface Counts {
  readonly statuses: Map<number, number>;
  /** Requests whose duration is in this class and no earlier one. */
  readonly classes: number[];
  ms: number;
}
