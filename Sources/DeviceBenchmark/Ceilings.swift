import Kernels
import KoQuant

/// What a device can do at most with given kernels.
struct Ceilings {
  private let products: ProductCeiling?
  private let reads: ReadCeiling

  init(_ kernels: KernelTable) throws(EmbeddingError) {
    products = ProductCeiling(kernels)
    do throws(SystemError) {
      reads = try ReadCeiling(available: SystemCalls.live.availableMemory())
    } catch {
      throw .system(error)
    }
  }

  /// Multiply-adds per second in registers; nil where the kernels' products cannot be measured by themselves.
  func productsPerSecond(_ pool: ThreadPool) -> Double? { products?.measure(pool, seconds: 0.01) }

  /// Bytes per second from memory.
  func bytesPerSecond(_ pool: ThreadPool) -> Double { reads.measure(pool, seconds: 0.015) }
}
