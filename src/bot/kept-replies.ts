import type { Outgoing } from './channel.ts';

type Written = Omit<Outgoing, 'picture' | 'file'> & {
  picture?: { png: string; alt: string };
  file?: { name: string; bytes: string };
};

/** Replies as text, to be sent by a later process. What is to be done with a message's id (`onSent`) cannot be written. */
export function writeReplies(replies: readonly Outgoing[]): string {
  return JSON.stringify(
    replies.map(({ picture, file, ...reply }): Written => ({
      ...reply,
      ...(picture ? { picture: { ...picture, png: base64(picture.png) } } : {}),
      ...(file ? { file: { ...file, bytes: base64(file.bytes) } } : {}),
    })),
  );
}

export function readReplies(json: string): Outgoing[] {
  return (JSON.parse(json) as Written[]).map(({ picture, file, ...reply }) => ({
    ...reply,
    ...(picture ? { picture: { ...picture, png: Buffer.from(picture.png, 'base64') } } : {}),
    ...(file ? { file: { ...file, bytes: Buffer.from(file.bytes, 'base64') } } : {}),
  }));
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
