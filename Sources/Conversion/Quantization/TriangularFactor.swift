import Kernels
import KoQuant

/// The Cholesky factor L of a symmetric positive definite matrix, `A = L Lᵀ`, in fp32, in place.
///
/// Left-looking by blocks of 64 columns: what the finished columns contribute to a block is one matrix product,
/// which is nearly all of the work and goes through the float kernels on all threads.
package struct TriangularFactor {
  private static let width = 64

  package let size: Int
  /// Elements from one row to the next, a multiple of 64.
  let stride: Int
  /// At and below the diagonal A, after `factor` L.
  let values: AlignedBuffer

  package init(size: Int) throws(SystemError) {
    self.size = size
    stride = (size + Self.width - 1) / Self.width * Self.width
    values = try AlignedBuffer(count: size * stride, of: Float.self)
  }

  /// Returns false, with the matrix spoilt, when it is not positive definite to the precision of fp32.
  ///
  /// - Complexity: O(size³).
  package func factor(kernels: KernelTable, pool: ThreadPool) throws(SystemError) -> Bool {
    let packed = try AlignedBuffer(count: Self.width * stride, of: Float.self, zeroed: false)
    let products = try AlignedBuffer(
      count: pool.threads * Self.width * Self.width, of: Float.self, zeroed: false)
    let diagonal = try AlignedBuffer(count: Self.width * Self.width, of: Float.self)
    for first in Swift.stride(from: 0, to: size, by: Self.width) {
      let count = min(Self.width, size - first)
      pack(rows: first..<first + count, into: packed.start())
      pool.run(count: (size - first + Self.width - 1) / Self.width) { block, worker in
        let rows = first + block * Self.width..<min(first + (block + 1) * Self.width, size)
        subtract(
          rows, first, count, packed.start(), products.start() + worker * Self.width * Self.width, kernels)
      }
      guard factorDiagonal(first, count, transposed: diagonal.start()) else { return false }
      let below = first + count
      pool.run(count: (size - below + Self.width - 1) / Self.width) { block, _ in
        let rows = below + block * Self.width..<min(below + (block + 1) * Self.width, size)
        solve(rows, first, count, diagonal.start())
      }
    }
    return true
  }

  package subscript(row: Int, column: Int) -> Float {
    get { self.row(row)[column] }
    nonmutating set { self.row(row)[column] = newValue }
  }

  private func row(_ index: Int) -> UnsafeMutablePointer<Float> {
    values.start(of: Float.self) + index * stride
  }

  /// The finished columns of `rows` for `FloatKernelTable.multiplyFloat`: [rows / 16][columns][16].
  private func pack(rows: Range<Int>, into packed: UnsafeMutablePointer<Float>) {
    let columns = rows.lowerBound
    for lane in 0..<Self.width {
      let target = packed + lane / Tile.lanes * columns * Tile.lanes + lane % Tile.lanes
      for column in 0..<columns {
        target[column * Tile.lanes] = lane < rows.count ? row(rows.lowerBound + lane)[column] : 0
      }
    }
  }

  /// Subtracts the contribution of the columns before `first` from some rows of a block.
  private func subtract(
    _ rows: Range<Int>, _ first: Int, _ count: Int, _ packed: UnsafePointer<Float>,
    _ products: UnsafeMutablePointer<Float>, _ kernels: KernelTable
  ) {
    if first == 0 { return }
    kernels.floats.multiplyFloat(
      MultiplyFloat(
        a: row(rows.lowerBound), aStride: stride, b: packed, c: products, cStride: Self.width,
        rows: rows.count, columns: Self.width, inner: first))
    for index in rows {
      let target = row(index) + first
      let product = products + (index - rows.lowerBound) * Self.width
      for column in 0..<count { target[column] -= product[column] }
    }
  }

  /// Factors the block on the diagonal and leaves its transpose, rows of 64.
  private func factorDiagonal(
    _ first: Int, _ count: Int, transposed: UnsafeMutablePointer<Float>
  ) -> Bool {
    for column in 0..<count {
      solve(first + column..<first + column + 1, first, column, transposed)
      let values = row(first + column) + first
      var square = values[column]
      for before in 0..<column { square -= values[before] * values[before] }
      guard square > 0, square.isFinite else { return false }
      values[column] = square.squareRoot()
      for before in 0...column { transposed[before * Self.width + column] = values[before] }
    }
    return true
  }

  /// Divides the columns `first ..< first + count` of rows by the transposed factor of the block on the diagonal.
  private func solve(_ rows: Range<Int>, _ first: Int, _ count: Int, _ diagonal: UnsafePointer<Float>) {
    for index in rows {
      let values = row(index) + first
      for column in 0..<count {
        let known = diagonal + column * Self.width
        let value = values[column] / known[column]
        values[column] = value
        for next in column + 1..<count { values[next] -= value * known[next] }
      }
    }
  }
}
