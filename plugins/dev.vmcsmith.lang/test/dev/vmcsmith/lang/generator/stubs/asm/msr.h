/* SPDX-License-Identifier: EPL-2.0 */
u64 stub_rdmsr(unsigned int msr);
#define rdmsrl(msr, value) ((value) = stub_rdmsr(msr))
