/* SPDX-License-Identifier: EPL-2.0 */
void vmcs_write16(unsigned long field, u16 value);
void vmcs_write32(unsigned long field, u32 value);
void vmcs_write64(unsigned long field, u64 value);
void vmcs_writel(unsigned long field, unsigned long value);
