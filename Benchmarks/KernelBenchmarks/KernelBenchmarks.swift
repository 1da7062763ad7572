import Benchmark
import Kernels
import KoQuant
import RelativeTime

let benchmarks: @Sendable () -> Void = {
  Benchmark.defaultConfiguration = .relative(milliseconds: 200)
  do {
    let kernels = try EmbeddingModel.selectKernels()
    guard let time = RelativeTime(kernels) else { return }
    for (rows, inputs, outputs) in [
      (1, 768, 768), (16, 768, 2304), (96, 768, 2304), (16, 3072, 768), (96, 768, 3072), (96, 3072, 768),
    ] { try benchmarkProduct(kernels, time, rows, inputs, outputs) }
    try benchmarkRows(kernels, time)
    try benchmarkAttention(kernels, time)
  } catch {
    fatalError("\(error)")
  }
}

/// The int8 product of quantized rows with a matrix.
private func benchmarkProduct(
  _ kernels: KernelTable, _ time: RelativeTime, _ rows: Int, _ inputs: Int, _ outputs: Int
) throws {
  let operands = Operands()
  let matrix = try operands.weights(inputs: inputs, outputs: outputs)
  let quantized = try operands.rows(rows, channels: inputs)
  let input = try operands.floats(rows * Tile.stride(inputs))
  kernels.quantizeRows(
    QuantizeRows(input: input, inputStride: Tile.stride(inputs), rows: rows, output: quantized))
  let product = MultiplyInt8(
    rows: quantized, firstRow: 0, lastRow: rows, matrix: matrix, firstPanel: 0, lastPanel: matrix.panels,
    output: try operands.floats(rows * Tile.stride(outputs)), outputStride: Tile.stride(outputs),
    epilogue: .store, scratch: try operands.scratch())
  Benchmark("int8 product \(rows) x \(inputs) x \(outputs)") { benchmark in
    time.measure(benchmark) { kernels.multiplyInt8(product) }
    withExtendedLifetime(operands) {}
  }
}

/// What is done row by row, on 96 rows of 768 channels.
private func benchmarkRows(_ kernels: KernelTable, _ time: RelativeTime) throws {
  let operands = Operands()
  let rows = 96
  let channels = 768
  let input = try operands.floats(rows * channels)
  let quantize = QuantizeRows(
    input: input, inputStride: channels, rows: rows, output: try operands.rows(rows, channels: channels))
  Benchmark("quantize 96 x 768") { benchmark in
    time.measure(benchmark) { kernels.quantizeRows(quantize) }
    withExtendedLifetime(operands) {}
  }
  let norm = LayerNormRows(
    input: input, output: try operands.floats(rows * channels), stride: channels, rows: rows, count: channels,
    gamma: try operands.floats(channels), beta: try operands.floats(channels), epsilon: 1e-5)
  Benchmark("LayerNorm 96 x 768") { benchmark in
    time.measure(benchmark) { kernels.layerNormRows(norm) }
    withExtendedLifetime(operands) {}
  }
  let activations = try operands.floats(rows * channels)
  Benchmark("GELU 96 x 768") { benchmark in
    time.measure(benchmark) { kernels.floats.gelu(activations, rows * channels) }
    withExtendedLifetime(operands) {}
  }
}

/// One head of a text of 128 tokens.
private func benchmarkAttention(_ kernels: KernelTable, _ time: RelativeTime) throws {
  let operands = Operands()
  let tokens = 128
  let size = 64
  let quantize = QuantizeInt16(
    input: try operands.floats(tokens * size), stride: size, rows: tokens, columns: size,
    limit: MultiplyInt16.limit(inner: size), layout: .rows, output: try operands.integers(tokens * size))
  Benchmark("attention queries to integers 128 x 64") { benchmark in
    time.measure(benchmark) { _ = kernels.quantizeInt16(quantize) }
    withExtendedLifetime(operands) {}
  }
  let product = MultiplyInt16(
    a: try operands.integers(tokens * size), aStride: 2 * size, b: try operands.integers(tokens * size),
    c: try operands.floats(tokens * tokens), cStride: tokens, rows: tokens, columns: tokens, pairs: size / 2)
  Benchmark("attention scores 128 x 64 x 128") { benchmark in
    time.measure(benchmark) { kernels.multiplyInt16(product) }
    withExtendedLifetime(operands) {}
  }
  let softmax = SoftmaxRows(
    values: try operands.floats(tokens * tokens), stride: tokens, rows: tokens, count: tokens, scale: 0.125)
  let scales = try operands.floats(tokens)
  Benchmark("softmax 128 x 128") { benchmark in
    time.measure(benchmark) { kernels.softmaxRows(softmax, scales) }
    withExtendedLifetime(operands) {}
  }
}
