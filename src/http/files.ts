import { Hono } from 'hono';
import type { AnnouncementFiles } from '../announcements/files.ts';

export interface FileRouteDeps {
  files: Pick<AnnouncementFiles, 'read'>;
}

/** Files of announcements, for who has the link. They come as a download, so that nothing in them runs on our address. */
export function createFileRoute({ files }: FileRouteDeps): Hono {
  const app = new Hono();
  app.get('/files/:token/:name', async (c) => {
    const bytes = await files.read(c.req.param('token'));
    if (!bytes) return c.json({ error: 'Không có tệp này, hoặc tệp đã được gỡ.' }, 404);
    return c.body(bytes, 200, {
      'Content-Type': 'application/octet-stream',
      'Content-Disposition': `attachment; filename*=UTF-8''${encodeURIComponent(c.req.param('name'))}`,
      // What is taken back must not live on in a cache on the way.
      'Cache-Control': 'private, no-store',
      'X-Robots-Tag': 'noindex',
    });
  });
  return app;
}
