import Kernels

/// Buffers that `quantizeRows` of a table writes and `multiplyInt8` of the same table reads.
final class QuantizedStorage {
  let operands: QuantizedRows
  /// Not zeros: products must not rely on what it holds.
  let scratch = UnsafeMutableRawPointer.allocate(byteCount: MultiplyInt8.scratchBytes, alignment: 64)
  private let count: Int

  init(rows: Int, channels: Int, groupSize: Int) {
    let groups = Tile.groups(channels, of: groupSize)
    count = Tile.paddedRows(rows) * Tile.byteStride(channels)
    operands = QuantizedRows(
      values: .allocate(capacity: max(count, 1)), scales: .allocate(capacity: max(rows * groups, 1)),
      zeroPoints: .allocate(capacity: max(rows * groups, 1)), channels: channels, groupSize: groupSize)
    operands.values.initialize(repeating: 0xa5, count: max(count, 1))
    operands.scales.initialize(repeating: 0, count: max(rows * groups, 1))
    operands.zeroPoints.initialize(repeating: 0, count: max(rows * groups, 1))
    scratch.initializeMemory(as: UInt8.self, repeating: 0xa5, count: MultiplyInt8.scratchBytes)
  }

  deinit {
    operands.values.deallocate()
    operands.scales.deallocate()
    operands.zeroPoints.deallocate()
    scratch.deallocate()
  }

  /// Quantizes `input`, whose rows are `channels` long.
  ///
  /// - Parameter groups: all of them if nil; others read from a buffer that begins with the first of them.
  func quantize(_ input: [[Float]], on table: KernelTable, groups: Range<Int>? = nil, balance: [Float]? = nil)
  {
    let stride = Tile.stride(operands.channels)
    let padded = input.flatMap { $0 + [Float](repeating: 0, count: stride - $0.count) }
    let factors = balance.map { $0 + [Float](repeating: 0, count: stride - $0.count) }
    padded.withUnsafeBufferPointer { x in
      (factors ?? []).withUnsafeBufferPointer { factors in
        guard let base = x.baseAddress else { return }
        table.quantizeRows(
          QuantizeRows(
            input: base + (groups?.lowerBound ?? 0) * operands.groupSize, inputStride: stride,
            rows: input.count, output: operands, groups: groups,
            balance: balance == nil ? nil : factors.baseAddress))
      }
    }
  }
}
