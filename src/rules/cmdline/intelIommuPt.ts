import { setParameter } from '../cmdlineEdit.js';
import { cmdlineAt, tokenOf } from '../kernelView.js';
import { editCmdline } from '../planFixes.js';
import type { Rule } from '../rule.js';

export const intelIommuPt: Rule = {
  id: 'cmdline/intel-iommu-pt',
  severity: 'error',
  title: 'Passthrough of the IOMMU is asked for by iommu=pt',
  rationale:
    'intel_iommu= has no value pt. The IOMMU stays off where it is not on by default, and with it ' +
    'device passthrough and posted interrupts.',
  source: 'drivers/iommu/intel/iommu.c, intel_iommu_setup; Documentation: iommu=pt',
  cannotShow: 'IOMMUs are not modelled',
  find: ({ host }) => {
    const token = tokenOf(host, 'intel_iommu');
    if (token?.value !== 'pt') return [];
    return [
      {
        ...cmdlineAt(host, token.offset),
        message: 'intel_iommu has no value pt',
        remedy: 'write intel_iommu=on iommu=pt',
        fix: editCmdline(host, (line) =>
          setParameter(setParameter(line, 'intel_iommu', 'on'), 'iommu', 'pt'),
        ),
      },
    ];
  },
};
