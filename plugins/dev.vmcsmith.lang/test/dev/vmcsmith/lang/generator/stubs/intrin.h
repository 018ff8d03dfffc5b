/* SPDX-License-Identifier: EPL-2.0 */
unsigned __int64 __readmsr(int msr);
unsigned char __vmx_vmwrite(size_t field, size_t value);
