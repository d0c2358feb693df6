import { removeWords } from '../cmdlineEdit.js';
import { cmdlineAt } from '../kernelView.js';
import { editCmdline } from '../planFixes.js';
import type { Rule } from '../rule.js';

export const serialConsole: Rule = {
  id: 'guest/console',
  severity: 'warning',
  title: 'The kernel of a realtime guest writes to no serial console',
  rationale:
    'Each character of a kernel message is an access to an emulated UART: an exit to QEMU, under its big lock, ' +
    'while the guest holds its console lock. A burst of messages takes milliseconds.',
  source: 'drivers/tty/serial/8250/8250_port.c, serial8250_console_write',
  cannotShow: 'a plan states what a guest prints, whatever its command line says',
  find: ({ realtimeGuests }) =>
    realtimeGuests.flatMap(({ kernel, plan }) => {
      const serial = kernel.tokens.filter(
        ({ key, value }) => key === 'console' && /^(ttyS|uart)/.test(value ?? ''),
      );
      if (serial.length === 0) return [];
      return [
        {
          ...cmdlineAt(kernel, serial[0].offset),
          message: `the kernel of ${plan.name} writes to ${serial.map(({ value }) => value).join(', ')}`,
          remedy: 'remove console=, or use a virtio console (console=hvc0)',
          fix: editCmdline(kernel, (line) =>
            removeWords(
              line,
              ({ key, value }) => key === 'console' && /^(ttyS|uart)/.test(value ?? ''),
            ),
          ),
        },
      ];
    }),
};
