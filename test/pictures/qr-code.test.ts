import { expect, test } from 'vitest';
import { createWebChat } from '../../src/bot/web/web.ts';
import { createMetrics } from '../../src/metrics.ts';
import { qrCode } from '../../src/pictures/qr-code.ts';

test('a QR code is a square PNG, large enough for a phone’s camera, and the web chat shows it', async () => {
  const png = Buffer.from(await qrCode('https://t.me/SoTayBot?start=MOI-7K3F-9QWX-4TBD'));
  expect(png.subarray(0, 8)).toEqual(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]));
  const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
  expect(width).toBe(height);
  expect(width).toBeGreaterThan(400);
  // Telegram refuses photos of more than 10 MB; this goes with every invite.
  expect(png.length).toBeLessThan(50_000);

  const web = createWebChat({
    handle: () => Promise.resolve([{ markdown: '**Mời**', picture: { png, alt: 'Mã "QR"' } }]),
    metrics: createMetrics(),
  });
  const [message] = await web.handle('lan', 'text', 'x');
  expect(message?.html).toContain(
    `<img src="data:image/png;base64,${png.toString('base64')}" alt="Mã &quot;QR&quot;">`,
  );
  expect(message?.html).toContain('<strong>Mời</strong>');
});
