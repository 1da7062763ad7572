import Kernels

/// Quantized rows and a weight matrix with their storage, and the exact product.
final class QuantizedCase {
  let rows: Int
  let inputs: Int
  let outputs: Int
  let groupSize: Int
  var weights: [[Int]]
  let packed: UnsafeMutableBufferPointer<Int8>
  let scales: UnsafeMutableBufferPointer<Float>
  let sums: UnsafeMutableBufferPointer<Int32>
  /// Nil where weights have one scale per channel.
  let groupScales: UnsafeMutableBufferPointer<UInt8>?
  let bias: UnsafeMutableBufferPointer<Float>

  var panels: Int { Tile.panels(outputs: outputs) }
  var groups: Int { Tile.groups(inputs, of: groupSize) }

  init(
    rows: Int, inputs: Int, outputs: Int, groupSize: Int, scalesGroups: Bool = false, seed: UInt64,
    weight: (inout Random) -> Int = { Int.random(in: -127...127, using: &$0) }
  ) {
    var random = Random(seed)
    self.rows = rows
    self.inputs = inputs
    self.outputs = outputs
    self.groupSize = groupSize
    weights = (0..<outputs).map { _ in (0..<inputs).map { _ in weight(&random) } }
    let padded = Tile.panels(outputs: outputs) * 16
    let groups = Tile.groups(inputs, of: groupSize)
    packed = .allocate(capacity: Tile.panels(outputs: outputs) * Tile.panelBytes(inputs: inputs))
    packed.initialize(repeating: 0)
    scales = .allocate(capacity: padded)
    scales.initialize(repeating: 0)
    bias = .allocate(capacity: padded)
    bias.initialize(repeating: 0)
    sums = .allocate(capacity: groups * padded)
    sums.initialize(repeating: 0)
    groupScales = scalesGroups ? .allocate(capacity: groups * padded) : nil
    groupScales?.initialize(repeating: 0)
    for n in 0..<outputs {
      scales[n] = Float.random(in: 0.001...0.01, using: &random)
      bias[n] = random.activation()
      for g in 0..<groups { groupScales?[g * padded + n] = UInt8.random(in: 0...255, using: &random) }
      for k in 0..<inputs {
        let panel = packed.baseAddress! + n / 16 * Tile.panelBytes(inputs: inputs)
        panel[k / 4 * 64 + n % 16 * 4 + k % 4] = Int8(weights[n][k])
        sums[group(of: k) * padded + n] += Int32(weights[n][k])
      }
    }
  }

  deinit {
    packed.deallocate()
    scales.deallocate()
    sums.deallocate()
    bias.deallocate()
    groupScales?.deallocate()
  }

  func group(of input: Int) -> Int { groups == 1 ? 0 : input / groupSize }

  var matrix: Int8Matrix {
    Int8Matrix(
      weights: packed.baseAddress!, scales: scales.baseAddress!, columnSums: sums.baseAddress!,
      groupScales: groupScales?.baseAddress, bias: bias.baseAddress!, inputs: inputs, outputs: outputs,
      groupSize: groupSize)
  }

  /// `epilogue` is applied to row, channel and y. Padding channels are zero.
  func product(_ activations: Quantized, epilogue: (Int, Int, Float) -> Float = { $2 }) -> [Float] {
    let width = panels * 16
    var result = [Float](repeating: 0, count: rows * width)
    for m in 0..<rows {
      for n in 0..<width {
        var accumulators = [Int64](repeating: 0, count: groups)
        if n < outputs {
          for k in 0..<inputs {
            let g = group(of: k)
            accumulators[g] +=
              Int64(Int(activations.q[m][k]) - activations.zeroPoints[m][g]) * Int64(weights[n][k])
          }
        }
        func scale(_ g: Int) -> Float {
          activations.scales[m][g] * (groups == 1 ? 1 : groupScales.map { Float($0[g * width + n]) } ?? 1)
        }
        var t = Float(accumulators[0]) * scale(0)
        for g in 1..<max(groups, 1) { t = Model.fma(Float(accumulators[g]), scale(g), t) }
        result[m * width + n] = epilogue(m, n, Model.fma(t, scales[n], bias[n]))
      }
    }
    return result
  }
}

/// Rows quantized by the model.
struct Quantized {
  var q: [[UInt8]]
  var scales: [[Float]]
  var zeroPoints: [[Int]]

  init(_ input: [[Float]], groupSize: Int, balance: [Float]? = nil) {
    q = []
    scales = []
    zeroPoints = []
    for row in input {
      let x = row.enumerated().map { $1 * (balance?[$0] ?? 1) }
      let size = Tile.groups(x.count, of: groupSize) == 1 ? x.count : groupSize
      var bytes: [UInt8] = []
      var rowScales: [Float] = []
      var rowZeros: [Int] = []
      for start in stride(from: 0, to: x.count, by: size) {
        let group = Array(x[start..<min(start + size, x.count)])
        let (scale, inverse, zero) = Quantized.step(group)
        rowScales.append(scale)
        rowZeros.append(Int(zero))
        for value in group {
          let rounded = Model.fma(value, inverse, 12_582_912 + zero) - 12_582_912
          bytes.append(rounded.isNaN ? 0 : UInt8(min(max(rounded, 0), 255)))
        }
      }
      q.append(bytes)
      scales.append(rowScales)
      zeroPoints.append(rowZeros)
    }
  }

  static func step(_ group: [Float]) -> (scale: Float, inverse: Float, zeroPoint: Float) {
    guard group.allSatisfy(\.isFinite) else { return (.nan, 0, 0) }
    let low = min(group.min()!, 0)
    let high = max(group.max()!, 0)
    let scale = (high - low) / 255
    if !scale.isFinite { return (.nan, 0, 0) }
    if scale < .leastNormalMagnitude { return (0, 0, 0) }
    return (scale, 1 / scale, min((-low / scale).rounded(.toNearestOrEven), 255))
  }
}
