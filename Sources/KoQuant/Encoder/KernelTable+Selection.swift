import CShims
import Kernels
import KernelsPortable

#if arch(x86_64)
  import KernelsAMX
  import KernelsAVX2
  import KernelsAVX512VNNI
  import KernelsAVXVNNI
#elseif arch(arm64)
  import KernelsNEON
  import KernelsNEONDotProd
  import KernelsNEONI8MM
#elseif arch(arm)
  import KernelsVFPv4
#endif

extension KernelTable {
  /// The tables that this CPU can run, fastest first. All of them compute the same bits.
  ///
  /// With AMX, asks for the right to use its registers, which is the whole process's from then on.
  public static func available(on cpu: CPU = .detect()) -> [KernelTable] {
    var tables: [KernelTable] = []
    #if arch(x86_64)
      if cpu.features.contains(.amxInt8), kqs_request_tiles() {
        tables.append(tiles(beside: AVX512VNNIKernels.table()))
      }
      if cpu.features.contains(.avx512VNNI) { tables.append(AVX512VNNIKernels.table()) }
      if cpu.features.contains(.avxVNNI) {
        tables.append(
          AVX2Kernels.table().replacing(name: "avxvnni", multiplyInt8: AVXVNNIKernels.product()))
      }
      if cpu.features.contains(.avx2) { tables.append(AVX2Kernels.table()) }
    #elseif arch(arm64)
      if cpu.features.contains(.neonInt8MatrixMultiply) { tables.append(NEONI8MMKernels.table()) }
      if cpu.features.contains(.neonDotProduct) { tables.append(NEONDotProdKernels.table()) }
      tables.append(NEONKernels.table())
    #elseif arch(arm)
      if cpu.features.contains(.neon) { tables.append(VFPv4Kernels.table()) }
    #endif
    tables.append(PortableKernels.table())
    return tables
  }

  #if arch(x86_64)
    private static func tiles(beside vectors: KernelTable) -> KernelTable {
      var table = vectors
      table.name = "amx"
      table.taskRows = AMXKernels.taskRows
      table.quantizeRows = AMXKernels.quantizer(else: vectors.quantizeRows)
      table.multiplyInt8 = AMXKernels.product(else: vectors.multiplyInt8)
      return table
    }
  #endif

  /// The table called `name`, or the fastest one when `name` is nil; nil when this CPU cannot run it.
  public static func select(_ name: [UInt8]?, on cpu: CPU = .detect()) -> KernelTable? {
    guard let name else { return available(on: cpu).first }
    var cpu = cpu
    if !name.elementsEqual("amx".utf8) { cpu.features.remove(.amxInt8) }
    return available(on: cpu).first { $0.name.equals(name) }
  }
}
