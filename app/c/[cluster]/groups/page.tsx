/** The same page for the cluster in the address. */
export { default, metadata } from '@/app/(console)/groups/page';
