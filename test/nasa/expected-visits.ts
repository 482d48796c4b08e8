/** The visits of one day, counted straight from a web server's log as METRICS.md counts a Mini Program's. */
export interface VisitDay {
  /** `1995-08-01`, in the zone asked for. */
  date: string;
  /** Visits that start on this day; everything else here belongs to them. */
  opens: number;
  views: number;
  users: number;
  /** Mean over visits of the number of different pages seen. */
  depth: number;
}

/** A visit ends with more silence than this. Unit: seconds. */
const SILENCE_S = 30 * 60;

/**
 * Days with at least one visit, in order. `tsv` has a header and the columns host, logname, time (Unix seconds), method,
 * url, response. A page is a GET of a folder or of `.html` that was answered 200 or 304; a host is a user.
 */
export function expectedVisits(tsv: string, zoneOffsetHours: number): VisitDay[] {
  const lastSeen = new Map<string, { atS: number; visit: Visit }>();
  const visits: Visit[] = [];
  for (const { host, atS, url } of pageHits(tsv)) {
    const last = lastSeen.get(host);
    const isSameVisit = last !== undefined && atS - last.atS <= SILENCE_S;
    const visit = isSameVisit ? last.visit : { host, startS: atS, views: 0, pages: new Set<string>() };
    if (!isSameVisit) visits.push(visit);
    visit.views++;
    visit.pages.add(url);
    lastSeen.set(host, { atS, visit });
  }
  const dateOf = ({ startS }: Visit) => new Date((startS + zoneOffsetHours * 3600) * 1000).toISOString().slice(0, 10);
  return [...new Set(visits.map(dateOf))].sort().map((date) => {
    const today = visits.filter((visit) => dateOf(visit) === date);
    return {
      date,
      opens: today.length,
      views: sum(today.map(({ views }) => views)),
      users: new Set(today.map(({ host }) => host)).size,
      depth: sum(today.map(({ pages }) => pages.size)) / today.length,
    };
  });
}

interface Visit {
  host: string;
  startS: number;
  views: number;
  pages: Set<string>;
}

/** The pages that were opened, in order of time. */
export function pageHits(tsv: string): { host: string; atS: number; url: string }[] {
  return tsv
    .split('\n')
    .slice(1)
    .map((line) => line.split('\t'))
    .filter(
      ([, , , method, url = '', status]) =>
        method === 'GET' && /(\.html|\/)$/.test(url) && /^(200|304)$/.test(status ?? ''),
    )
    .map(([host = '', , time, , url = '']) => ({ host, atS: Number(time), url }))
    .sort((a, b) => a.atS - b.atS);
}

const sum = (numbers: number[]) => numbers.reduce((total, number) => total + number, 0);
