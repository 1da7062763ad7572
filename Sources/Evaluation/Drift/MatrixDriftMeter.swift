import Checkpoint
import Kernels
import KoQuant
import Reference

/// Runs the int8 products of a model beside the fp32 ones, with the file's own balance, groups and kernels, on
/// activations that the fp32 encoder hands over.
public struct MatrixDriftMeter {
  /// Tokens that are measured, about, the first ones of every piece of activations: more do not change a mean of squares.
  public static let maximumTokens = 4096
  private static let rowsPerBlock = 64

  /// One per matrix, in the order of computation.
  public private(set) var matrices: [MatrixDrift]
  private let model: EmbeddingModel
  /// Of the tokens that come, how many are measured.
  private let share: Double
  private let product: MatrixProduct
  private let memory: Memory

  /// - Parameters:
  ///   - tokens: of all activations that will come.
  ///   - pool: for the fp32 products.
  public init(_ model: EmbeddingModel, tokens: Int, pool: ThreadPool) throws(SystemError) {
    self.model = model
    share = min(1, Double(Self.maximumTokens) / Double(max(tokens, 1)))
    memory = try Memory(model.configuration, rows: Self.rowsPerBlock, threads: pool.threads)
    product = MatrixProduct(kernels: model.kernels, pool: pool, workspaces: memory.workspaces)
    matrices = (0..<model.configuration.layers).flatMap { layer in
      MatrixInput.Matrix.allCases.map { MatrixDrift(layer: layer, matrix: $0) }
    }
  }

  /// Measures a part of the tokens of one piece of activations.
  public mutating func add(layer: Int, _ weights: LayerWeights, _ input: MatrixInput) {
    guard let index = matrices.firstIndex(where: { $0.layer == layer && $0.matrix == input.matrix }),
      model.weights.layers.indices.contains(layer)
    else { return }
    let linear = model.weights.layers[layer][input.matrix]
    let rows = min(input.rows, Int((Double(input.rows) * share).rounded(.up)))
    for first in stride(from: 0, to: rows, by: Self.rowsPerBlock) {
      let count = min(Self.rowsPerBlock, rows - first)
      let values = input.values + first * input.stride
      multiply(values, input.stride, rows: count, by: linear)
      var column = 0
      for (matrix, bias) in input.matrix.parts {
        let bias = UnsafeBufferPointer(weights[bias])
        product(
          values, inputStride: input.stride, rows: count, weights: UnsafeBufferPointer(weights[matrix]),
          bias: bias,
          output: memory.fp32 + column, outputStride: linear.matrix.outputs)
        for row in 0..<count {
          let start = row * linear.matrix.outputs + column
          for channel in bias.indices {
            matrices[index].add(
              memory.int8[start + channel], reference: memory.fp32[start + channel], bias: bias[channel])
          }
        }
        column += Tile.stride(bias.count)
      }
    }
    matrices[index].add(tokens: rows)
  }

  private func multiply(
    _ values: UnsafePointer<Float>, _ stride: Int, rows: Int, by linear: LinearWeights
  ) {
    let quantized = QuantizedRows(
      values: memory.quantized, scales: memory.scales, zeroPoints: memory.zeroPoints,
      channels: linear.matrix.inputs, groupSize: linear.matrix.groupSize)
    model.kernels.quantizeRows(
      QuantizeRows(input: values, inputStride: stride, rows: rows, output: quantized, balance: linear.balance)
    )
    model.kernels.multiplyInt8(
      MultiplyInt8(
        rows: quantized, firstRow: 0, lastRow: rows, matrix: linear.matrix, firstPanel: 0,
        lastPanel: linear.matrix.panels, output: memory.int8, outputStride: linear.matrix.outputs,
        epilogue: .store, scratch: memory.scratch))
  }
}

extension MatrixDriftMeter {
  /// Room for one block of rows of the largest matrix.
  private struct Memory {
    let quantized: UnsafeMutablePointer<UInt8>
    let scales: UnsafeMutablePointer<Float>
    let zeroPoints: UnsafeMutablePointer<Int32>
    let int8: UnsafeMutablePointer<Float>
    let fp32: UnsafeMutablePointer<Float>
    let workspaces: UnsafeMutablePointer<Float>
    let scratch: UnsafeMutableRawPointer
    private let buffers: [AlignedBuffer]

    init(_ configuration: ModelConfiguration, rows: Int, threads: Int) throws(SystemError) {
      let inputs = Tile.byteStride(max(configuration.hiddenSize, configuration.intermediateSize))
      let outputs = max(
        3 * Tile.stride(configuration.hiddenSize), Tile.stride(configuration.intermediateSize))
      var buffers: [AlignedBuffer] = []
      func room<T: BitwiseCopyable>(_ count: Int, of type: T.Type) throws(SystemError)
        -> UnsafeMutablePointer<T>
      {
        let buffer = try AlignedBuffer(count: count, of: type)
        buffers.append(buffer)
        guard let start = buffer.elements(of: type).baseAddress else {
          throw SystemError(.allocate, .tooLarge)
        }
        return start
      }
      quantized = try room(rows * inputs, of: UInt8.self)
      // The smallest group has 16 channels.
      scales = try room(rows * inputs / Tile.lanes, of: Float.self)
      zeroPoints = try room(rows * inputs / Tile.lanes, of: Int32.self)
      int8 = try room(rows * outputs, of: Float.self)
      fp32 = try room(rows * outputs, of: Float.self)
      workspaces = try room(threads * MatrixProduct.workspaceSize, of: Float.self)
      scratch = UnsafeMutableRawPointer(try room(MultiplyInt8.scratchBytes, of: UInt8.self))
      self.buffers = buffers
    }
  }
}

extension EncoderLayer {
  fileprivate subscript(matrix: MatrixInput.Matrix) -> LinearWeights {
    switch matrix {
    case .attentionQueryKeyValue: attentionQKV
    case .attentionOutput: attentionOutput
    case .intermediate: intermediate
    case .output: output
    }
  }
}
