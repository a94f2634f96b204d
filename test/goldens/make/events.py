"""Two events as TensorBoard's own writer encodes them, in hexadecimal: python3 events.py > ../events.hex

Made with tensorboard 2.15.1. The times are fixed, so the bytes are always the same.
"""
import io

from tensorboard.compat.proto import event_pb2, summary_pb2
from tensorboard.summary.writer.record_writer import RecordWriter

file = io.BytesIO()
writer = RecordWriter(file)
writer.write(event_pb2.Event(wall_time=1_700_000_000, file_version="brain.Event:2").SerializeToString())
value = summary_pb2.Summary.Value(tag="loss/train", simple_value=0.25)
writer.write(event_pb2.Event(wall_time=1_700_000_001.5, step=300, summary=summary_pb2.Summary(value=[value])).SerializeToString())
print(file.getvalue().hex())
