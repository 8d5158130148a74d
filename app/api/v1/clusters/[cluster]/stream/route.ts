import { handleStream } from '@/app/api/stream.ts';

export const dynamic = 'force-dynamic';

export const GET = handleStream;
