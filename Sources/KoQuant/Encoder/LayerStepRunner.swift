import Kernels

/// Executes steps of one layer on rows of a batch.
struct LayerStepRunner {
  let kernels: KernelTable
  let configuration: ModelConfiguration
  var layer: EncoderLayer
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
    let count = rows.count
    let hiddenRows = FloatRows(hidden + first * hiddenStride, hiddenStride)
    let wideRows = FloatRows(buffers.intermediate, buffers.layout.intermediateStride)
    let residual = MultiplyInt8.Epilogue.add(residual: hiddenRows.base, stride: hiddenStride)
    switch step {
    case .quantizeHidden:
      quantize(
        hiddenRows, count, for: layer.attentionQKV, buffers.quantizedHidden(for: layer.attentionQKV.matrix))
    case .queryKeyValue:
      let rows = FloatRows(queryKeyValue + (first - firstRow) * 3 * hiddenStride, 3 * hiddenStride)
      multiply(
        layer.attentionQKV, buffers.quantizedHidden(for: layer.attentionQKV.matrix), count, panels, rows,
        .store, buffers.scratch, next: share(panels, of: layer.attentionQKV, in: layer.attentionOutput))
    case .quantizeContext:
      let rows = FloatRows(context + (first - firstRow) * hiddenStride, hiddenStride)
      quantize(
        rows, count, for: layer.attentionOutput, buffers.quantizedHidden(for: layer.attentionOutput.matrix))
    case .attentionOutput:
      multiply(
        layer.attentionOutput, buffers.quantizedHidden(for: layer.attentionOutput.matrix), count, panels,
        hiddenRows, residual, buffers.scratch,
        next: share(panels, of: layer.attentionOutput, in: layer.intermediate))
    case .attentionNorm:
      normalize(hiddenRows, count, layer.attentionNorm)
    case .quantizeNormed:
      quantize(
        hiddenRows, count, for: layer.intermediate, buffers.quantizedHidden(for: layer.intermediate.matrix))
    case .intermediate:
      multiply(
        layer.intermediate, buffers.quantizedHidden(for: layer.intermediate.matrix), count, panels, wideRows,
        .gelu, buffers.scratch, next: share(panels, of: layer.intermediate, in: layer.output))
    case .quantizeIntermediate:
      quantize(wideRows, count, for: layer.output, buffers.quantizedIntermediate(for: layer.output.matrix))
    case .quantizedIntermediate:
      quantizedIntermediate(count, buffers)
    case .output:
      let input = buffers.quantizedIntermediate(for: layer.output.matrix)
      multiply(layer.output, input, count, panels, hiddenRows, residual, buffers.scratch)
    case .outputNorm:
      normalize(hiddenRows, count, layer.outputNorm)
    }
  }

  /// Where whoever computes `panels` of a product begins in the next one.
  private func share(
    _ panels: Range<Int>?, of linear: LinearWeights, in next: LinearWeights
  ) -> UnsafePointer<Int8> {
    guard let panels else { return next.matrix.weights }
    return next.matrix.weights(fromPanel: panels.lowerBound * next.matrix.panels / linear.matrix.panels)
  }

  private func quantize(_ input: FloatRows, _ rows: Int, for linear: LinearWeights, _ output: QuantizedRows) {
    kernels.quantizeRows(
      QuantizeRows(
        input: input.base, inputStride: input.stride, rows: rows, output: output, balance: linear.balance))
  }

  func multiply(
    _ linear: LinearWeights, _ input: QuantizedRows, _ rows: Int, _ panels: Range<Int>?, _ output: FloatRows,
    _ epilogue: MultiplyInt8.Epilogue, _ scratch: UnsafeMutableRawPointer, next: UnsafePointer<Int8>? = nil
  ) {
    let panels = panels ?? 0..<linear.matrix.panels
    kernels.multiplyInt8(
      MultiplyInt8(
        rows: input, firstRow: 0, lastRow: rows, matrix: linear.matrix,
        firstPanel: panels.lowerBound, lastPanel: panels.upperBound, output: output.base,
        outputStride: output.stride, epilogue: epilogue, scratch: scratch, next: next))
  }

  private func normalize(_ rows: FloatRows, _ count: Int, _ norm: LayerNormWeights) {
    kernels.layerNormRows(
      LayerNormRows(
        input: rows.base, output: rows.base, stride: rows.stride, rows: count,
        count: configuration.hiddenSize,
        gamma: norm.gamma, beta: norm.beta, epsilon: configuration.layerNormEpsilon))
  }
}
