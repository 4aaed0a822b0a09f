import { Hono } from 'hono';

export interface CalendarRouteDeps {
  /** The calendar of the person whose secret address this is; undefined: nobody's. */
  calendar: (token: string) => Promise<string | undefined>;
}

/** `GET /calendar/<token>.ics`: a person's classes and meetings, for the calendars of phones and computers. */
export function createCalendarRoute({ calendar }: CalendarRouteDeps): Hono {
  const app = new Hono();
  app.get('/calendar/:file{[A-Za-z0-9_-]{32}\\.ics}', async (c) => {
    const text = await calendar(c.req.param('file').slice(0, -'.ics'.length));
    if (text === undefined) return c.notFound();
    return c.body(text, 200, {
      'Content-Type': 'text/calendar; charset=utf-8',
      'Content-Disposition': 'inline; filename="lich.ics"',
      // Nobody on the way may keep what is behind a secret address.
      'Cache-Control': 'private, no-cache',
    });
  });
  return app;
}
