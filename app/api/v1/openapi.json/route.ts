import { handle } from '@/app/api/handler.ts';
import { openApiDocument } from '@/app/api/openapi.ts';

export const dynamic = 'force-dynamic';

export const GET = handle('openapi', () => openApiDocument());
