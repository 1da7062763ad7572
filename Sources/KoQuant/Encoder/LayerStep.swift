import Kernels

/// The row-local steps of a layer, in order. Attention, the only step that looks across rows, lies between
/// `queryKeyValue` and `quantizeContext`.
enum LayerStep: CaseIterable {
  case quantizeHidden, queryKeyValue
  case quantizeContext, attentionOutput, attentionNorm
  case quantizeNormed, intermediate, quantizeIntermediate, output, outputNorm

  static let beforeAttention: [LayerStep] = [.quantizeHidden, .queryKeyValue]
  static let afterAttention: [LayerStep] = [
    .quantizeContext, .attentionOutput, .attentionNorm,
    .quantizeNormed, .intermediate, .quantizeIntermediate, .output, .outputNorm,
  ]

  /// The product whose output channels can be shared between threads; nil for a step of whole rows.
  func product(of layer: EncoderLayer) -> Int8Matrix? {
    switch self {
    case .queryKeyValue: layer.attentionQKV.matrix
    case .attentionOutput: layer.attentionOutput.matrix
    case .intermediate: layer.intermediate.matrix
    case .output: layer.output.matrix
    default: nil
    }
  }
}

/// Executes steps of one layer on rows of a batch.
struct LayerStepRunner {
  let kernels: KernelTable
  let configuration: ModelConfiguration
  let layer: EncoderLayer
  let hidden: UnsafeMutablePointer<Float>
  /// Rows from `firstRow` of the batch on.
  var queryKeyValue: UnsafeMutablePointer<Float>
  var context: UnsafeMutablePointer<Float>
  var firstRow = 0
  let hiddenStride: Int

  /// Runs `step` on `rows` of the batch with the buffers of one worker.
  ///
  /// - Parameter panels: the output channels of a product to compute, in panels of 16; nil for all.
  func run(_ step: LayerStep, rows: Range<Int>, panels: Range<Int>? = nil, buffers: WorkerBuffers) {
    let first = rows.lowerBound
    let hiddenRows = hidden + first * hiddenStride
    let contextRows = context + (first - firstRow) * hiddenStride
    let intermediateStride = buffers.layout.intermediateStride
    switch step {
    case .quantizeHidden:
      quantize(hiddenRows, hiddenStride, rows.count, for: layer.attentionQKV, buffers)
    case .queryKeyValue:
      let output = queryKeyValue + (first - firstRow) * 3 * hiddenStride
      multiply(layer.attentionQKV, rows.count, panels, output, 3 * hiddenStride, .store, buffers)
    case .quantizeContext:
      quantize(contextRows, hiddenStride, rows.count, for: layer.attentionOutput, buffers)
    case .attentionOutput:
      multiply(
        layer.attentionOutput, rows.count, panels, hiddenRows, hiddenStride,
        .add(residual: hiddenRows, stride: hiddenStride), buffers)
    case .attentionNorm:
      normalize(hiddenRows, rows.count, layer.attentionNorm)
    case .quantizeNormed:
      quantize(hiddenRows, hiddenStride, rows.count, for: layer.intermediate, buffers)
    case .intermediate:
      multiply(
        layer.intermediate, rows.count, panels, buffers.intermediate, intermediateStride, .gelu, buffers)
    case .quantizeIntermediate:
      quantize(buffers.intermediate, intermediateStride, rows.count, for: layer.output, buffers)
    case .output:
      multiply(
        layer.output, rows.count, panels, hiddenRows, hiddenStride,
        .add(residual: hiddenRows, stride: hiddenStride), buffers)
    case .outputNorm:
      normalize(hiddenRows, rows.count, layer.outputNorm)
    }
  }

  private func quantize(
    _ input: UnsafePointer<Float>, _ stride: Int, _ rows: Int, for linear: LinearWeights,
    _ buffers: WorkerBuffers
  ) {
    kernels.quantizeRows(
      QuantizeRows(
        input: input, inputStride: stride, rows: rows, output: buffers.quantizedRows(for: linear.matrix),
        balance: linear.balance))
  }

  private func multiply(
    _ linear: LinearWeights, _ rows: Int, _ panels: Range<Int>?, _ output: UnsafeMutablePointer<Float>,
    _ stride: Int, _ epilogue: MultiplyInt8.Epilogue, _ buffers: WorkerBuffers
  ) {
    let panels = panels ?? 0..<linear.matrix.panels
    kernels.multiplyInt8(
      MultiplyInt8(
        rows: buffers.quantizedRows(for: linear.matrix), firstRow: 0, lastRow: rows, matrix: linear.matrix,
        firstPanel: panels.lowerBound, lastPanel: panels.upperBound, output: output, outputStride: stride,
        epilogue: epilogue))
  }

  private func normalize(_ rows: UnsafeMutablePointer<Float>, _ count: Int, _ norm: LayerNormWeights) {
    kernels.layerNormRows(
      LayerNormRows(
        input: rows, output: rows, stride: hiddenStride, rows: count, count: configuration.hiddenSize,
        gamma: norm.gamma, beta: norm.beta, epsilon: configuration.layerNormEpsilon))
  }
}
