/** The same page for the cluster in the address. */
export { default, generateMetadata } from '@/app/(console)/messages/page';
