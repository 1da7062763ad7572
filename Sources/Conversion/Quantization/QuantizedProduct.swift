import Checkpoint
import Kernels
import KoQuant
import Reference

/// Runs int8 maps as the encoder does, on all threads of a pool.
package struct QuantizedProduct {
  /// Panels that a worker multiplies at a time.
  private static let panels = 4
  /// Rows that a worker quantizes at a time.
  private static let rows = Tile.rows

  let kernels: KernelTable
  let pool: ThreadPool
  /// Rows that there is room for.
  let capacity: Int
  private let values: AlignedBuffer
  private let scales: AlignedBuffer
  private let zeroPoints: AlignedBuffer
  /// For each thread.
  private let scratch: AlignedBuffer

  /// - Parameter inputs: of the widest map.
  package init(rows: Int, inputs: Int, kernels: KernelTable, pool: ThreadPool) throws(SystemError) {
    self.kernels = kernels
    self.pool = pool
    capacity = max(rows, 1)
    // The smallest group has as many channels as a vector.
    let groups = capacity * Tile.stride(inputs) / Tile.lanes
    values = try AlignedBuffer(byteCount: Tile.paddedRows(capacity) * Tile.byteStride(inputs))
    scales = try AlignedBuffer(count: groups, of: Float.self)
    zeroPoints = try AlignedBuffer(count: groups, of: Int32.self)
    scratch = try AlignedBuffer(byteCount: pool.threads * MultiplyInt8.scratchBytes)
  }

  /// Writes at most `capacity` rows, the outputs in parts of the same size with a row of `outputStride` each.
  package func callAsFunction(
    _ input: UnsafePointer<Float>, inputStride: Int, rows: Int, _ linear: QuantizedLinear,
    into parts: [UnsafeMutablePointer<Float>], outputStride: Int
  ) {
    let weights = linear.linearWeights
    let quantized = QuantizedRows(
      values: values.start(), scales: scales.start(), zeroPoints: zeroPoints.start(),
      channels: linear.inputs, groupSize: linear.groupSize)
    pool.run(count: (rows + Self.rows - 1) / Self.rows) { step, _ in
      let first = step * Self.rows
      kernels.quantizeRows(
        QuantizeRows(
          input: input + first * inputStride, inputStride: inputStride, rows: min(Self.rows, rows - first),
          output: quantized.dropFirst(first), balance: weights.balance))
    }
    let panels = weights.matrix.panels / parts.count
    let steps = (panels + Self.panels - 1) / Self.panels
    pool.run(count: parts.count * steps) { task, worker in
      let part = task / steps
      let first = part * panels + task % steps * Self.panels
      kernels.multiplyInt8(
        MultiplyInt8(
          rows: quantized, firstRow: 0, lastRow: rows, matrix: weights.matrix, firstPanel: first,
          lastPanel: min(first + Self.panels, (part + 1) * panels),
          output: parts[part] - part * panels * Tile.outputs, outputStride: outputStride, epilogue: .store,
          scratch: scratch.base + worker * MultiplyInt8.scratchBytes))
    }
    withExtendedLifetime(linear) {}
  }
}

/// The matrices of a layer as far as they are quantized.
struct QuantizedProducts: LayerProducts {
  let weights: LayerWeights
  let product: QuantizedProduct
  var linears: [MatrixInput.Matrix: QuantizedLinear] = [:]

  func multiply(_ input: MatrixInput, into outputs: [UnsafeMutablePointer<Float>], stride: Int) {
    guard let linear = linears[input.matrix] else { return }
    product(
      input.values, inputStride: input.stride, rows: input.rows, linear, into: outputs, outputStride: stride)
  }
}
