import Kernels
import KoQuant

/// `y = x Wᵀ + b` in fp32, on all threads of a pool.
///
/// Sums run over blocks of `depth` inputs, each block a chain of fused multiply-adds, the blocks added up in
/// order: rounding errors grow with the length of a chain, and thousands of inputs in one would cost a digit.
/// Every worker packs its part of W on the way, so that W needs no second copy.
package struct MatrixProduct {
  /// Inputs per block.
  static let depth = 256
  /// Outputs per step of a worker.
  static let width = 64
  /// Rows per call of a kernel.
  static let height = 64
  /// Floats of a worker's workspace.
  package static let workspaceSize = width * depth + width * height

  let kernels: KernelTable
  let pool: ThreadPool
  /// `pool.threads` workspaces.
  let workspaces: UnsafeMutablePointer<Float>

  package init(kernels: KernelTable, pool: ThreadPool, workspaces: UnsafeMutablePointer<Float>) {
    self.kernels = kernels
    self.pool = pool
    self.workspaces = workspaces
  }

  /// Writes rows x outputs, and zeros in the lanes from there to `outputStride` that belong to the last panel.
  ///
  /// - Parameters:
  ///   - weights: [outputs, inputs], row-major.
  ///   - bias: outputs elements.
  package func callAsFunction(
    _ input: UnsafePointer<Float>, inputStride: Int, rows: Int, weights: UnsafeBufferPointer<Float>,
    bias: UnsafeBufferPointer<Float>, output: UnsafeMutablePointer<Float>, outputStride: Int
  ) {
    let outputs = bias.count
    guard outputs > 0, let weights = weights.baseAddress.map({ Weights($0, inputs: weights.count / outputs) })
    else { return }
    pool.run(count: (outputs + Self.width - 1) / Self.width) { step, worker in
      let columns = step * Self.width..<min((step + 1) * Self.width, outputs)
      let packed = workspaces + worker * Self.workspaceSize
      let products = packed + Self.width * Self.depth
      Self.fill(output + columns.lowerBound, outputStride, rows: rows, bias: bias, columns)
      for start in stride(from: 0, to: weights.inputs, by: Self.depth) {
        let inner = min(Self.depth, weights.inputs - start)
        weights.pack(columns, inputs: start..<start + inner, into: packed)
        for row in stride(from: 0, to: rows, by: Self.height) {
          let count = min(Self.height, rows - row)
          kernels.floats.multiplyFloat(
            MultiplyFloat(
              a: input + row * inputStride + start, aStride: inputStride, b: packed, c: products,
              cStride: Self.width, rows: count, columns: Tile.stride(columns.count), inner: inner))
          let target = output + row * outputStride + columns.lowerBound
          Self.add(products, to: target, outputStride, rows: count, width: Tile.stride(columns.count))
        }
      }
    }
  }

  /// The bias in every row, zeros behind it up to a whole vector.
  private static func fill(
    _ output: UnsafeMutablePointer<Float>, _ outputStride: Int, rows: Int, bias: UnsafeBufferPointer<Float>,
    _ columns: Range<Int>
  ) {
    for row in 0..<rows {
      let target = output + row * outputStride
      for column in 0..<Tile.stride(columns.count) {
        target[column] = column < columns.count ? bias[columns.lowerBound + column] : 0
      }
    }
  }

  private static func add(
    _ products: UnsafePointer<Float>, to output: UnsafeMutablePointer<Float>, _ outputStride: Int, rows: Int,
    width: Int
  ) {
    for row in 0..<rows {
      let source = products + row * Self.width
      let target = output + row * outputStride
      for column in 0..<width { target[column] += source[column] }
    }
  }
}

extension MatrixProduct {
  /// A row-major [outputs, inputs] matrix.
  private struct Weights {
    let values: UnsafePointer<Float>
    let inputs: Int

    init(_ values: UnsafePointer<Float>, inputs: Int) {
      self.values = values
      self.inputs = inputs
    }

    /// Packs outputs `columns` of `inputs` for `FloatKernelTable.multiplyFloat`: [columns / 16][inputs][16], zeros
    /// where there is no output.
    func pack(_ columns: Range<Int>, inputs range: Range<Int>, into packed: UnsafeMutablePointer<Float>) {
      for first in stride(from: columns.lowerBound, to: columns.upperBound, by: Tile.lanes) {
        let panel = packed + (first - columns.lowerBound) * range.count
        for lane in 0..<Tile.lanes {
          let target = panel + lane
          guard first + lane < columns.upperBound else {
            for index in 0..<range.count { target[index * Tile.lanes] = 0 }
            continue
          }
          let source = values + (first + lane) * inputs + range.lowerBound
          for index in 0..<range.count { target[index * Tile.lanes] = source[index] }
        }
      }
    }
  }
}
