import Kernels
import KoQuant

/// `Σ x xᵀ` over tokens: a symmetric matrix, of which the part at and below the diagonal is kept.
///
/// Every element is one chain of fused multiply-adds in the order of the tokens, so it does not depend on the
/// number of threads.
final class ProductMoments {
  /// Columns per task.
  private static let width = 64

  let channels: Int
  /// Elements from one row to the next.
  let stride: Int
  private let sums: AlignedBuffer
  private let pool: ThreadPool

  init(channels: Int, pool: ThreadPool) throws(SystemError) {
    self.channels = channels
    self.pool = pool
    stride = (channels + Self.width - 1) / Self.width * Self.width
    sums = try AlignedBuffer(count: channels * stride, of: Float.self)
  }

  /// The sum of x_row · x_column.
  subscript(row: Int, column: Int) -> Float {
    sums.start(of: Float.self)[max(row, column) * stride + min(row, column)]
  }

  func reset() { sums.bytes.initializeMemory(as: UInt8.self, repeating: 0) }

  /// Adds rows of `stride` floats.
  ///
  /// - Complexity: O(rows · channels²).
  func add(
    _ values: UnsafePointer<Float>, stride: Int, rows: Int, kernels: KernelTable
  ) throws(SystemError) {
    if rows == 0 { return }
    let transposed = try AlignedBuffer(count: channels * rows, of: Float.self, zeroed: false)
    let packed = try AlignedBuffer(count: self.stride * rows, of: Float.self)
    let columns = transposed.start(of: Float.self)
    let panels = packed.start(of: Float.self)
    let sums = sums.start(of: Float.self)
    pool.run(count: Tile.panels(outputs: channels)) { panel, _ in
      for channel in panel * Tile.lanes..<min((panel + 1) * Tile.lanes, channels) {
        for row in 0..<rows {
          let value = values[row * stride + channel]
          columns[channel * rows + row] = value
          panels[(panel * rows + row) * Tile.lanes + channel % Tile.lanes] = value
        }
      }
    }
    pool.run(count: self.stride / Self.width) { block, _ in
      let first = block * Self.width
      kernels.multiplyFloat(
        MultiplyFloat(
          a: columns + first * rows, aStride: rows, b: panels + first * rows,
          c: sums + first * self.stride + first, cStride: self.stride, rows: channels - first,
          columns: Self.width, inner: rows, accumulate: true))
    }
  }
}
