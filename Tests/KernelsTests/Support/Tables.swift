import Glibc
import Kernels
import KernelsPortable
import KoQuant

#if arch(x86_64)
  import KernelsAVX2
  import KernelsAVX512VNNI
  import KernelsAVXVNNI
  import KernelsEVEX
  import _Builtin_intrinsics.intel.cpuid
#elseif arch(arm64)
  import KernelsNEON
  import KernelsNEONDotProd
  import KernelsNEONI8MM
#endif

/// The tables whose instructions this CPU has, the portable one first.
func availableTables() -> [KernelTable] {
  var tables = [PortableKernels.table()]
  #if arch(x86_64)
    var (a, b, c, d) = (UInt32(0), UInt32(0), UInt32(0), UInt32(0))
    __get_cpuid_count(1, 0, &a, &b, &c, &d)
    let fma = c & (1 << 12) != 0
    __get_cpuid_count(7, 0, &a, &b, &c, &d)
    if fma, b & (1 << 5) != 0 { tables.append(AVX2Kernels.table()) }
    // F, DQ, BW, VL; VNNI.
    let foundation: UInt32 = 1 << 16 | 1 << 17 | 1 << 30 | 1 << 31
    if b & foundation == foundation, c & (1 << 11) != 0 {
      tables += [AVX512VNNIKernels.table(), EVEXKernels.table()]
      // The process has to ask for tiles, which is left to `CPU`.
      if let tiles = KernelTable.select(Array("amx".utf8)) { tables.append(tiles) }
    }
    __get_cpuid_count(7, 1, &a, &b, &c, &d)
    if a & (1 << 4) != 0 {
      tables.append(
        AVX2Kernels.table().replacing(name: "avxvnni", multiplyInt8: AVXVNNIKernels.product()))
    }
  #elseif arch(arm64)
    tables.append(NEONKernels.table())
    // AT_HWCAP, asimddp.
    if getauxval(16) & (1 << 20) != 0 { tables.append(NEONDotProdKernels.table()) }
    // AT_HWCAP2, i8mm.
    if getauxval(26) & (1 << 13) != 0 { tables.append(NEONI8MMKernels.table()) }
  #endif
  return tables
}
