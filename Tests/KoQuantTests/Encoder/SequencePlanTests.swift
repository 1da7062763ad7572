import KoQuant
import Testing

@Suite struct SequencePlanTests {
  @Test(arguments: [1, 2, 3, 4, 7]) func everySequenceIsInExactlyOneBlock(threads: Int) {
    for sequences in Array(1...40) + [500] {
      for longest in [2, 16, 128, 512] {
        var starts = [0]
        for index in 0..<sequences { starts.append(starts[index] + 1 + index * 7919 % longest) }
        for rows in [64, 256] {
          for layers in [1, 12] { check(starts, threads, rows: rows, layers: layers) }
        }
      }
    }
  }

  private func check(_ starts: [Int], _ threads: Int, rows: Int, layers: Int) {
    starts.withUnsafeBufferPointer { pointer in
      guard let plan = SequencePlan(starts: pointer, threads: threads, rows: rows, layers: layers) else {
        // One thread is never loaded unevenly.
        #expect(threads > 1)
        return
      }
      var next = 0
      for block in 0..<plan.blocks {
        let sequences = plan.sequences(ofBlock: block)
        let rows = plan.rows(ofBlock: block)
        #expect(sequences.lowerBound == next)
        #expect(rows == starts[sequences.lowerBound]..<starts[sequences.upperBound])
        #expect(rows.count <= plan.largestBlock)
        next = sequences.upperBound
      }
      #expect(next == starts.count - 1, "\(starts), \(threads) threads")
      // Every worker has a part of the batch's buffers.
      #expect(plan.largestBlock * threads <= starts[starts.count - 1])
    }
  }

  @Test func equalSequencesAreSharedEvenly() {
    for (count, tokens) in [(32, 32), (32, 128), (64, 16), (2, 128)] {
      let starts = (0...count).map { $0 * tokens }
      starts.withUnsafeBufferPointer { pointer in
        for rows in [64, 256] {
          #expect(
            SequencePlan(starts: pointer, threads: 2, rows: rows, layers: 1) != nil, "\(count) x \(tokens)")
        }
      }
    }
  }

  @Test func unevenLoadsAreRefused() {
    for starts in [[0, 100, 200, 300], [0, 128], [0, 100, 110, 120]] {
      starts.withUnsafeBufferPointer {
        #expect(SequencePlan(starts: $0, threads: 2, rows: 64, layers: 1) == nil, "\(starts)")
      }
    }
    // No sequence may be longer than what a thread has of the batch.
    [0, 100, 110, 120].withUnsafeBufferPointer {
      #expect(SequencePlan(starts: $0, threads: 2, rows: 64, layers: 12) == nil)
    }
  }

  @Test func unevenBlocksAreFineInManyLayers() {
    var starts = [0]
    while starts[starts.count - 1] < 1000 {
      starts.append(starts[starts.count - 1] + 7 + starts.count * 37 % 40)
    }
    starts.withUnsafeBufferPointer {
      #expect(SequencePlan(starts: $0, threads: 2, rows: 64, layers: 1) == nil)
      #expect(SequencePlan(starts: $0, threads: 2, rows: 64, layers: 12) != nil)
    }
    [0, 100, 200, 300].withUnsafeBufferPointer {
      #expect(SequencePlan(starts: $0, threads: 2, rows: 64, layers: 12) != nil)
    }
  }
}
