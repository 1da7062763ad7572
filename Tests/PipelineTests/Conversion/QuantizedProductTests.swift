import Conversion
import Kernels
import KoQuant
import Testing

@Suite struct QuantizedProductTests {
  private static let inputs = 70
  private static let stride = 80
  private static let rows = 75
  private let kernels: KernelTable
  private let activations: [Float]

  init() throws {
    kernels = try EmbeddingModel.selectKernels()
    var generator = Generator(seed: 8)
    activations = (0..<Self.rows * Self.stride).map {
      $0 % Self.stride < Self.inputs ? generator.normal() : 0
    }
  }

  /// A map whose parts have these output channels, and its products in fp32 without bias.
  private func withLinear<Result>(
    _ outputs: [Int], _ body: (QuantizedLinear, _ weights: [[Float]]) throws -> Result
  ) throws -> Result {
    var generator = Generator(seed: 9)
    let weights = (0..<outputs.reduce(0, +)).map { _ in (0..<Self.inputs).map { _ in generator.normal() } }
    let bias = [Float](repeating: 0.5, count: weights.count)
    return try weights.flatMap(\.self).withUnsafeBufferPointer { all in
      try bias.withUnsafeBufferPointer { bias in
        var first = 0
        let parts = outputs.map { count in
          defer { first += count }
          return FloatLinear.Part(
            weights: UnsafeBufferPointer(
              rebasing: all[first * Self.inputs..<(first + count) * Self.inputs]),
            bias: UnsafeBufferPointer(rebasing: bias[first..<first + count]))
        }
        let quantizer = LinearQuantizer(kernels: kernels, pool: try ThreadPool(threads: 1))
        return try body(try quantizer.plain(FloatLinear(parts: parts, inputs: Self.inputs)), weights)
      }
    }
  }

  private func outputs(
    _ linear: QuantizedLinear, rows: Int, parts: Int, width: Int, threads: Int
  ) throws -> [Float] {
    let product = try QuantizedProduct(
      rows: Self.rows, inputs: Self.inputs, kernels: kernels, pool: ThreadPool(threads: threads))
    var result = [Float](repeating: -77, count: parts * Self.rows * width)
    result.withUnsafeMutableBufferPointer { result in
      let starts = (0..<parts).map { result.baseAddress! + $0 * Self.rows * width }
      product(activations, inputStride: Self.stride, rows: rows, linear, into: starts, outputStride: width)
    }
    return result
  }

  /// Rows about the sizes that workers take, one and three parts, each of more panels than a worker takes.
  @Test(arguments: [1, 32, 33, 75], [[90], [40, 40, 40]])
  func isNearToTheProductInFloats(rows: Int, outputs: [Int]) throws {
    try withLinear(outputs) { linear, weights in
      let width = (outputs[0] + 15) / 16 * 16
      let found = try self.outputs(linear, rows: rows, parts: outputs.count, width: width, threads: 2)
      var noise = 0.0
      var signal = 0.0
      for part in outputs.indices {
        for row in 0..<Self.rows {
          let values = found[(part * Self.rows + row) * width..<(part * Self.rows + row + 1) * width]
          guard row < rows else {
            #expect(values.allSatisfy { $0 == -77 }, "row \(row) is not asked for")
            continue
          }
          for channel in 0..<outputs[part] {
            let input = activations[row * Self.stride..<row * Self.stride + Self.inputs]
            let expected = zip(input, weights[part * outputs[0] + channel])
              .reduce(0.5) { $0 + Double($1.0) * Double($1.1) }
            let error = Double(values[values.startIndex + channel]) - expected
            noise += error * error
            signal += expected * expected
          }
          #expect(values.dropFirst(outputs[part]).allSatisfy { $0 == 0 }, "padding of row \(row)")
        }
      }
      // Both sides have steps of about a hundredth of the standard deviation.
      #expect(noise < signal / 5_000 && noise > 0)
    }
  }

  @Test func threadsDoNotShow() throws {
    try withLinear([40, 40, 40]) { linear, _ in
      let one = try outputs(linear, rows: 75, parts: 3, width: 48, threads: 1)
      for threads in 2...4 {
        #expect(try outputs(linear, rows: 75, parts: 3, width: 48, threads: threads) == one)
      }
    }
  }
}
