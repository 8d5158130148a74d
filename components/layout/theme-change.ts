'use client';

/**
 * One theme gives way to the other at once: without this, whatever fades on hover would fade behind all else. The theme's own library does it with
 * a style sheet that comes and goes, with every page that is opened, too, and the browser then works out every element's style twice more.
 */
import { useEffect } from 'react';

export function useStillThemeChange(): void {
  useEffect(() => {
    const root = document.documentElement;
    const watcher = new MutationObserver(([first]) => {
      // The library takes the class away and gives it back when a page begins.
      if (first?.oldValue === root.className) return;
      root.dataset.themeChanges = '';
      // The first frame has the new colours, and the one after it may fade again.
      requestAnimationFrame(() => requestAnimationFrame(() => delete root.dataset.themeChanges));
    });
    watcher.observe(root, { attributeFilter: ['class'], attributeOldValue: true });
    return () => watcher.disconnect();
  }, []);
}
