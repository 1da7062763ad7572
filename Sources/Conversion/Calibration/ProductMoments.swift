import Kernels
import KoQuant

/// `Σ x xᵀ` over tokens, a symmetric matrix of which the part at and below the diagonal is kept; or `Σ x yᵀ`.
///
/// Every element is one chain of fused multiply-adds in the order of the tokens, so it does not depend on the
/// number of threads.
final class ProductMoments {
  /// Columns per task.
  private static let width = 64

  let channels: Int
  /// Elements from one row to the next.
  let stride: Int
  private let isSymmetric: Bool
  private let sums: AlignedBuffer
  private let pool: ThreadPool

  init(channels: Int, isSymmetric: Bool = true, pool: ThreadPool) throws(SystemError) {
    self.isSymmetric = isSymmetric
    self.channels = channels
    self.pool = pool
    stride = (channels + Self.width - 1) / Self.width * Self.width
    sums = try AlignedBuffer(count: channels * stride, of: Float.self)
  }

  /// The sum of x_row · x_column of a symmetric matrix.
  subscript(row: Int, column: Int) -> Float {
    sums.start(of: Float.self)[max(row, column) * stride + min(row, column)]
  }

  /// Rows of `stride` elements.
  var start: UnsafePointer<Float> { UnsafePointer(sums.start(of: Float.self)) }

  func reset() { sums.bytes.initializeMemory(as: UInt8.self, repeating: 0) }

  /// Adds rows of `stride` floats.
  ///
  /// - Parameter others: y; nil for x itself.
  /// - Complexity: O(rows · channels²).
  func add(
    _ values: UnsafePointer<Float>, with others: UnsafePointer<Float>? = nil, stride: Int, rows: Int,
    kernels: KernelTable
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
          let place = row * stride + channel
          columns[channel * rows + row] = values[place]
          panels[(panel * rows + row) * Tile.lanes + channel % Tile.lanes] = (others ?? values)[place]
        }
      }
    }
    pool.run(count: self.stride / Self.width) { block, _ in
      let first = block * Self.width
      let firstRow = isSymmetric ? first : 0
      kernels.floats.multiplyFloat(
        MultiplyFloat(
          a: columns + firstRow * rows, aStride: rows, b: panels + first * rows,
          c: sums + firstRow * self.stride + first, cStride: self.stride, rows: channels - firstRow,
          columns: Self.width, inner: rows, accumulate: true))
    }
  }
}
