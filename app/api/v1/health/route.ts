import { health } from '@/console/services/health.ts';
import { handle } from '@/app/api/handler.ts';

export const dynamic = 'force-dynamic';

export const GET = handle('health', () => health());
